import { fargateDiskGigabytes, isOnFargate } from "../contract/compute.ts";
import type { Config } from "../contract/config.ts";
import { hasController } from "../contract/environment.ts";
import { diskGigabytes, tasksPerInstance } from "../contract/instance-types.ts";
import { interfaceEndpoints } from "../contract/interface-endpoints.ts";
import { metricNames } from "../contract/metrics.ts";
import { alarmMetrics, moreQueues } from "./alarm-metrics.ts";
import { controllerUse } from "./controller-use.ts";
import { unitsOf } from "./job-costs.ts";
import { fargateSpotShare, instanceHours, type Price, prices } from "./prices.ts";

/** The load of a month. */
export interface Load {
  tasks: number;
  jobs: number;
}

export interface CostLine {
  item: string;
  quantity: number;
  unit: string;
  price: Price;
}

export const monthHours = 730;
const monthSeconds = monthHours * 3600;
const monthMinutes = monthHours * 60;

/** No jobs, and `minTasks` tasks. */
export const idleLoad = ({ minTasks }: Config): Load => ({ tasks: minTasks, jobs: 0 });

/** `maxTasks` tasks with all slots busy all month. */
export function busyLoad({ maxTasks, slots, expectedJobMilliseconds }: Config): Load {
  return { tasks: maxTasks, jobs: Math.floor((maxTasks * slots * monthSeconds * 1000) / expectedJobMilliseconds) };
}

/** Lists the costs of a month. Free tiers, Spot discounts and data transfer out of AWS are left out. */
export function costLines(config: Config, load: Load): CostLine[] {
  return [
    ...computeLines(config, load),
    ...(config.sharedFiles
      ? [line("EFS, shared files", assumed.sharedGigabytes, "GB", prices.sharedGigabyteMonth)]
      : []),
    ...networkLines(config, load),
    ...watchLines(config, load),
    ...workLines(config, load),
    ...eventLines(config, load),
    ...(config.queryService ? queryLines(config) : []),
    ...(config.encryption === "customer-key" ? [line("KMS key", 1, "key", prices.keyMonth)] : []),
  ].filter(({ quantity }) => quantity > 0);
}

function computeLines(config: Config, load: Load): CostLine[] {
  if (isOnFargate(config.compute)) return fargateLines(config, load);
  if (config.compute === "ec2") return instanceLines(config, load);
  const cpuHours = load.tasks * (config.taskCpu / 1_024) * monthHours;
  return [line("managed instances for the tasks' CPU, price unknown", cpuHours, "vCPU h", { usd: 0 })];
}

function instanceLines(config: Config, { tasks }: Load): CostLine[] {
  const instances = instancesFor(config, tasks);
  const hour = instanceHours[config.instanceType];
  return [
    ...(hour
      ? [line(`EC2 ${config.instanceType}`, instances * monthHours, "h", hour)]
      : [line(`EC2 ${config.instanceType}, price unknown`, instances * monthHours, "h", { usd: 0 })]),
    line("disks (gp3)", instances * diskGigabytes(config), "GB", prices.diskGigabyteMonth),
    line("instances' detailed monitoring", instances * assumed.metricsPerInstance, "metrics", prices.metricMonth),
  ];
}

/** With `fargate-spot`, `minTasks` tasks are on demand. */
function fargateLines(config: Config, { tasks }: Load): CostLine[] {
  const { compute, minTasks, taskCpu, taskMemoryMegabytes, scratchGigabytes } = config;
  const onDemand = compute === "fargate" ? tasks : Math.min(tasks, minTasks);
  const [cpuHour, gigabyteHour] = fargatePrices(config);
  const spot = (price: Price): Price => ({ ...price, usd: price.usd * fargateSpotShare });
  const hours = (count: number, perTask: number) => count * perTask * monthHours;
  const [cpus, gigabytes] = [taskCpu / 1_024, taskMemoryMegabytes / 1_024];
  const moreDisk = Math.max(0, scratchGigabytes - fargateDiskGigabytes.included);
  return [
    line("Fargate CPU", hours(onDemand, cpus), "vCPU h", cpuHour),
    line("Fargate memory", hours(onDemand, gigabytes), "GB h", gigabyteHour),
    line("Fargate Spot CPU", hours(tasks - onDemand, cpus), "vCPU h", spot(cpuHour)),
    line("Fargate Spot memory", hours(tasks - onDemand, gigabytes), "GB h", spot(gigabyteHour)),
    line("Fargate disk", hours(tasks, moreDisk), "GB h", prices.fargateDiskGigabyteHour),
  ];
}

function fargatePrices({ architecture }: Pick<Config, "architecture">): [cpuHour: Price, gigabyteHour: Price] {
  return architecture === "arm64"
    ? [prices.fargateArmCpuHour, prices.fargateArmGigabyteHour]
    : [prices.fargateAmdCpuHour, prices.fargateAmdGigabyteHour];
}

export const costOf = ({ quantity, price }: CostLine): number => quantity * price.usd;

export const totalOf = (lines: CostLine[]): number => lines.reduce((sum, each) => sum + costOf(each), 0);

/** Quantities that the configuration does not determine. Compare each with the first real bill. */
export const assumed = {
  sharedGigabytes: 10,
  /** Polls, logs and the ECS agent, per task, through NAT or endpoints. */
  taskGigabytes: 1,
  jobKilobytesOut: 10,
  /** EC2 metrics of an instance; detailed monitoring charges each like a custom metric. */
  metricsPerInstance: 7,
  containerInsightsMetrics: 30,
  logKilobytesPerJob: 2,
  logKilobytesPerTick: 2,
  /** Send, receive, extend or delete, and count. */
  queueCallsPerJob: 4,
  /** Created, claimed, finished, each in the table and in both indexes; a record of at most 1 KB. */
  writeUnitsPerJob: unitsOf({ creates: 1, stateChanges: 2, otherUpdates: 0, consistentReads: 0, eventualReads: 0 })
    .writeUnits,
  readUnitsPerJob: 4,
  /** A record of 1 to 2 KB with its event: one unit more to write it, two to clear it, and for an end two in the index of states. */
  eventsPerJob: { ends: { events: 1, writeUnits: 5 }, all: { events: 2, writeUnits: 8 } },
  /** POST, and one GET. */
  requestsPerJob: 2,
  requestSeconds: 0.1,
  requestGigabytes: 0.5,
  /** Eight eventually consistent queries of a sweep with schedules, each with few entries. Firings are counted as jobs. */
  readUnitsOfDueSchedules: 4,
  sweepSeconds: 0.3,
  sweeperGigabytes: 1.75,
  controllerGigabytes: 0.25,
};

/** Deliveries to queues cost nothing. Those to addresses and endpoints are left out, because filters determine their number. */
function eventLines({ eventDetail }: Config, { jobs }: Load): CostLine[] {
  if (eventDetail === "off") return [];
  const { events, writeUnits } = assumed.eventsPerJob[eventDetail];
  return [
    line("SNS events", (jobs * events) / 1e6, "M events", prices.topicMillion),
    line("DynamoDB writes, events", (jobs * writeUnits) / 1e6, "M units", prices.writeMillion),
  ];
}

function networkLines(config: Config, { tasks, jobs }: Load): CostLine[] {
  const gigabytes = tasks * assumed.taskGigabytes + (jobs * assumed.jobKilobytesOut) / 1e6;
  if (config.egress === "endpoints") {
    const hours = interfaceEndpoints(config).length * config.availabilityZones * monthHours;
    return [
      line("interface endpoints", hours, "endpoint zone h", prices.endpointZoneHour),
      line("endpoint data", gigabytes, "GB", prices.endpointGigabyte),
    ];
  }
  const gateways = config.natPerZone ? config.availabilityZones : 1;
  return [
    line("NAT gateway", gateways * monthHours, "h", prices.natHour),
    line("NAT gateway's address", gateways * monthHours, "h", prices.publicAddressHour),
    line("NAT data", gigabytes, "GB", prices.natGigabyte),
  ];
}

function watchLines(config: Config, load: Load): CostLine[] {
  const { jobs } = load;
  const { ticks } = controllerUse(config, { ...load, minutes: monthMinutes });
  const logGigabytes = (jobs * assumed.logKilobytesPerJob + (ticks + sweeps) * assumed.logKilobytesPerTick) / 1e6;
  return [
    line("custom metrics", hasController(config) ? Object.keys(metricNames).length : 0, "metrics", prices.metricMonth),
    line("metrics of backups", config.backup === "off" ? 0 : 2, "metrics", prices.metricMonth),
    line("their publication", ticks / 1e3, "k calls", prices.putMetricThousand),
    line("Container Insights", assumed.containerInsightsMetrics, "metrics", prices.metricMonth),
    line("alarms", alarmMetrics(config), "metrics", prices.alarmMetricMonth),
    line("dashboard", 1, "dashboard", prices.dashboardMonth),
    line("logs", logGigabytes, "GB", prices.logGigabyte),
    ...(config.tracing ? [line("traces", jobs / 1e6, "M traces", prices.traceMillion)] : []),
  ];
}

const sweeps = monthMinutes;

function workLines(config: Config, load: Load): CostLine[] {
  const { tasks, jobs } = load;
  const controller = controllerUse(config, { ...load, minutes: monthMinutes });
  // A busy worker polls less; a poll that returns a job is counted with the job.
  const queues = 1 + moreQueues(config);
  const polls = (queues * tasks * monthSeconds) / 20;
  const requests = jobs * assumed.requestsPerJob;
  const gigabyteSeconds =
    requests * assumed.requestSeconds * assumed.requestGigabytes +
    sweeps * assumed.sweepSeconds * assumed.sweeperGigabytes +
    controller.seconds * assumed.controllerGigabytes;
  const compute = config.architecture === "arm64" ? prices.functionArmGigabyteSecond : prices.functionAmdGigabyteSecond;
  return [
    line("HTTP API", requests / 1e6, "M requests", prices.apiMillion),
    line("Lambda requests", (requests + sweeps + controller.runs) / 1e6, "M requests", prices.functionMillion),
    line("Lambda time", gigabyteSeconds, "GB s", compute),
    line(
      "SQS",
      (polls + queues * (sweeps + controller.ticks) + jobs * assumed.queueCallsPerJob) / 1e6,
      "M requests",
      prices.queueMillion,
    ),
    // Callers are told apart, so messages have a group.
    line("SQS fair queue, surcharge", config.auth === "none" ? 0 : jobs / 1e6, "M messages", prices.fairQueueMillion),
    line("DynamoDB writes, jobs", (jobs * assumed.writeUnitsPerJob) / 1e6, "M units", prices.writeMillion),
    line("DynamoDB writes, for the controller", controller.writeUnits / 1e6, "M units", prices.writeMillion),
    line(
      "DynamoDB reads",
      (sweeps * (config.schedules ? 1 + assumed.readUnitsOfDueSchedules : 1) +
        controller.readUnits +
        jobs * assumed.readUnitsPerJob) /
        1e6,
      "M units",
      prices.readMillion,
    ),
  ];
}

/** The query service without queries: `queryMinTasks` tasks of a quarter vCPU and half a GB. */
function queryLines({ queryMinTasks, architecture, availabilityZones }: Config): CostLine[] {
  const [cpuHour, gigabyteHour] = fargatePrices({ architecture });
  const hours = queryMinTasks * monthHours;
  return [
    line("query tasks' CPU", hours / 4, "vCPU h", cpuHour),
    line("query tasks' memory", hours / 2, "GB h", gigabyteHour),
    line("query service's Container Insights", assumed.containerInsightsMetrics, "metrics", prices.metricMonth),
    line("query load balancer", monthHours, "h", prices.loadBalancerHour),
    line("query API's endpoint", availabilityZones * monthHours, "endpoint zone h", prices.endpointZoneHour),
  ];
}

/** Instances after binpacking; one per task for an instance type that is not in our table. */
export function instancesFor(config: Config, tasks: number): number {
  const each = tasksPerInstance(config) ?? 1;
  return Math.min(Math.ceil(tasks / Math.max(1, each)), config.maxInstances);
}

function line(item: string, quantity: number, unit: string, price: Price): CostLine {
  return { item, quantity, unit, price };
}
