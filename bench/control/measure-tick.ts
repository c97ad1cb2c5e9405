import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createArrivalReader, createWorkerReader } from "../../autoscaler/collect/read-scaling-table.ts";
import { createDecisionLog } from "../../autoscaler/state/decision-log.ts";
import { createStateStore } from "../../autoscaler/state/state-store.ts";
import { type TickDeps, tick } from "../../autoscaler/tick.ts";
import type { WorkerReport } from "../../contract/scaling-table.ts";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import { systemClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { createReportWriter } from "../../services/worker/report-flow.ts";

interface Table {
  client: DynamoDBDocumentClient;
  tableName: string;
}

/** A tick's cost. The milliseconds are CPU time of this process, which a busy machine does not change much. */
export interface TickCost {
  milliseconds: number;
  reads: number;
}

const slots = 4;
const windows = { speed: 1, waitTargetSeconds: 60 };

/** Writes a report of each worker, now and ten minutes ago, as if the workers were busy with jobs of one to nine seconds. */
export async function writeReports(table: Table, workers: number, from = 0): Promise<void> {
  const now = systemClock.now();
  await atMostAtOnce(
    32,
    Array.from({ length: workers - from }, (_, index) => from + index),
    async (worker) => {
      const write = createReportWriter({
        ...table,
        workerId: `00000000-0000-4000-8000-${String(worker).padStart(12, "0")}`,
      });
      await write(reportAt(now - 590_000, worker));
      await write(reportAt(now, worker));
    },
  );
}

function reportAt(at: number, worker: number): WorkerReport {
  const milliseconds = (index: number) => 1_000 + ((worker * 131 + index * 977) % 8_000);
  return {
    at,
    slots,
    begunAt: Array.from({ length: slots }, (_, slot) => at - milliseconds(slot)),
    ended: Array.from({ length: 40 }, (_, index) => [at - (40 - index) * 1_250, milliseconds(index)]),
  };
}

/** The median of several ticks over what the table holds. */
export async function measureTick(table: Table, workers: number, ticks: number): Promise<TickCost> {
  const counted = countingReads(table);
  const deps = tickDeps({ ...table, client: counted.client }, workers);
  await tick(deps, { isLast: false });
  const costs: TickCost[] = [];
  for (let index = 0; index < ticks; index++) {
    const [cpu, reads] = [process.cpuUsage(), counted.reads()];
    const result = await tick(deps, { isLast: false });
    if (result.outcome !== "decided")
      throw new Error(`expected a decision of ${workers} workers, got ${result.outcome}`);
    const { user, system } = process.cpuUsage(cpu);
    costs.push({ milliseconds: (user + system) / 1_000, reads: counted.reads() - reads });
  }
  costs.sort((one, other) => one.milliseconds - other.milliseconds);
  const median = costs[Math.floor(ticks / 2)];
  if (!median) throw new Error(`expected at least one tick, got ${ticks}`);
  return median;
}

/** Counts the calls that read the table only. The lease is read by its write. */
function countingReads({ client }: Table) {
  let reads = 0;
  const send = (command: { constructor: { name: string } }) => {
    if (/^(Query|Get|BatchGet|Scan)/.test(command.constructor.name)) reads += 1;
    return client.send(command as never);
  };
  const proxy = new Proxy(client, {
    get: (target, name) => (name === "send" ? send : Reflect.get(target, name, target)),
  });
  return { client: proxy, reads: () => reads };
}

/** The real tick with the real scaling table; all other services answer at once. */
function tickDeps(table: Table, workers: number): TickDeps {
  const readerOptions = { ...table, windows, silentSeconds: 3_600 };
  const tasks = { running: workers, pending: 0, desired: workers };
  const instances = Array.from({ length: Math.ceil(workers / 4) }, (_, index) => ({
    id: `i-${index}`,
    arn: `arn:aws:ecs:::container-instance/${index}`,
    tasks: 4,
  }));
  return {
    collectors: {
      countJobs: async () => ({ visible: 10 * workers, inFlight: slots * workers, delayed: 0 }),
      countTasks: async () => tasks,
      readArrivals: createArrivalReader(readerOptions),
      readWorkers: createWorkerReader(readerOptions),
      listInstances: async () => instances,
      readCapacityLimits: async () => ({ min: workers, max: 2 * workers }),
      readMinSize: async () => instances.length,
    },
    stateStore: createStateStore({ ...table, holder: "bench", leaseSeconds: 3_600 }),
    scalingClient: {
      setMinCapacity: async () => {},
      setDesiredCount: async () => {},
      setMinSize: async () => {},
      terminateInstances: async () => [],
    },
    publish: async () => {},
    limitsAt: async () => ({ minTasks: 1, maxTasks: 2 * workers }),
    decisionLog: createDecisionLog(table),
    settings: {
      waitTargetSeconds: windows.waitTargetSeconds,
      expectedServiceSeconds: 5,
      slots,
      minTasks: 1,
      maxTasks: 2 * workers,
      eagerness: 0,
      tasksPerInstance: 4,
      tickSeconds: 10,
      taskStartSeconds: 20,
      bootSeconds: 90,
    },
    mode: { kind: "steering", scalesInstances: true },
    speed: 1,
    clock: systemClock,
    log: silentLog,
  };
}
