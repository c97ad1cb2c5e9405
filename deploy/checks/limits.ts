import { isOnFargate } from "../../contract/compute.ts";
import type { Config } from "../../contract/config.ts";
import { hasController } from "../../contract/environment.ts";
import { instanceSize } from "../../contract/instance-types.ts";
import { reservedConcurrency } from "../../contract/reserved-concurrency.ts";
import type { Finding, Verdict } from "../verdict.ts";

/** A service quota of the account, and how to compare it with the needs of this stack. */
export interface Quota {
  check: string;
  serviceCode: string;
  quotaCode: string;
  judge(allowed: number): Omit<Verdict, "check">;
}

/** Quotas that new accounts reach. Each applies to the whole account in a region; current usage is not read. */
export function quotasOf(config: Config): Quota[] {
  return [
    requests(config),
    functions(config),
    ...workerVcpus(config),
    ...(config.egress === "nat" ? [addresses(config)] : []),
    countOf("VPCs", "vpc", "L-F678F1CE", 1),
  ];
}

export function judgeQuota(quota: Quota, allowed: Finding<number>): Verdict {
  if ("unknown" in allowed) return { check: quota.check, status: "unknown", found: allowed.unknown };
  const verdict = quota.judge(allowed.value);
  if (verdict.status === "ok") return { check: quota.check, ...verdict };
  return { check: quota.check, ...verdict, advice: `${verdict.advice ?? ""} ${howToRaise(quota)}`.trim() };
}

/** API Gateway shares it among all APIs of the account. Some regions apply 2,500 where Service Quotas says 10,000. */
function requests({ apiRequestsPerSecond }: Config): Quota {
  return {
    check: "API Gateway requests",
    serviceCode: "apigateway",
    quotaCode: "L-8A5B8E43",
    judge: (allowed) => {
      const found = `${allowed}/s allowed, apiRequestsPerSecond is ${apiRequestsPerSecond}`;
      if (allowed >= apiRequestsPerSecond) return { status: "ok", found };
      return { status: "warning", found, advice: `API Gateway answers 429 above ${allowed} requests/s.` };
    },
  };
}

/**
 * An assumption. Concurrency is requests per second times their duration:
 * https://aws.amazon.com/premiumsupport/knowledge-center/lambda-concurrency-limit-increase/
 */
const assumedRequestSeconds = 0.1;
/** The sweeper, and a controller. */
const scheduledFunctions = (config: Config) => (hasController(config) ? 2 : 1);
/**
 * AWS refuses a reservation that leaves less than this to the functions without one.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
const leastUnreserved = 100;

/** New accounts have a concurrency of 10, others 1,000. Reservations of the account's other functions are not read. */
function functions(config: Config): Quota {
  const { apiRequestsPerSecond, statusConcurrency } = config;
  const reserved = Object.values(reservedConcurrency(config)).reduce((sum, count) => sum + count, 0);
  const apart = Math.max(reserved, scheduledFunctions(config));
  const needed = Math.ceil(apiRequestsPerSecond * assumedRequestSeconds) + apart;
  return {
    check: "Lambda concurrency",
    serviceCode: "lambda",
    quotaCode: "L-B99A9384",
    judge: (allowed) => {
      if (reserved > 0 && allowed < reserved + leastUnreserved) {
        return {
          status: "problem",
          found: `${allowed} allowed, ${reserved} to reserve beside ${leastUnreserved} unreserved`,
          advice: `AWS would refuse the reservations. ${howToReserve(allowed - leastUnreserved - (reserved - statusConcurrency))}`,
        };
      }
      const found = `${allowed} allowed, ${needed} for ${apiRequestsPerSecond} requests/s`;
      if (allowed >= needed) return { status: "ok", found };
      const rate = Math.max(0, Math.floor((allowed - apart) / assumedRequestSeconds));
      return {
        status: "warning",
        found,
        advice: `The API answers about ${rate} requests/s, then throttles.`,
      };
    },
  };
}

function howToReserve(most: number): string {
  if (most >= 1) return `Set at most ${most}: \`pulumi config set sluice:statusConcurrency ${most}\`.`;
  return "Reserve nothing: `pulumi config set sluice:statusConcurrency 0`. Long polls can then use up the whole account's concurrency.";
}

function workerVcpus(config: Config): Quota[] {
  if (isOnFargate(config.compute)) return fargateVcpus(config);
  if (config.compute === "ec2") return instances(config);
  return [taskVcpus("EC2 vCPUs", { serviceCode: "ec2", quotaCode: "L-1216C47A" }, config.maxTasks, config)];
}

/** vCPUs of all Fargate tasks of the account in the region. */
function fargateVcpus(config: Config): Quota[] {
  const { compute, maxTasks, minTasks } = config;
  const onDemand = compute === "fargate" ? maxTasks : minTasks;
  return [
    ...(onDemand > 0 ? [taskVcpus("Fargate vCPUs", { ...fargate, quotaCode: "L-3032A538" }, onDemand, config)] : []),
    ...(maxTasks > onDemand
      ? [taskVcpus("Fargate Spot vCPUs", { ...fargate, quotaCode: "L-36FBB829" }, maxTasks - onDemand, config)]
      : []),
  ];
}

const fargate = { serviceCode: "fargate" };

function taskVcpus(
  check: string,
  codes: Pick<Quota, "serviceCode" | "quotaCode">,
  tasks: number,
  { taskCpu }: Config,
): Quota {
  const each = taskCpu / 1_024;
  return {
    check,
    ...codes,
    judge: (allowed) => {
      const found = `${allowed} allowed, ${each * tasks} for ${tasks} tasks`;
      if (allowed >= each * tasks) return { status: "ok", found };
      if (allowed < each) return { status: "problem", found, advice: "No task would start." };
      return { status: "warning", found, advice: `Scale-out ends at ${Math.floor(allowed / each)} of ${tasks} tasks.` };
    },
  };
}

/** Quotas of the instance families G, and of the families A, C, D, H, I, M, R, T and Z; others have their own quotas. */
function instances(config: Config): Quota[] {
  const onDemand = Math.ceil((config.maxInstances * (100 - config.spotPercent)) / 100);
  const [onDemandCode, spotCode] = config.instanceType.startsWith("g")
    ? ["L-DB2E81BA", "L-3819A6DF"]
    : ["L-1216C47A", "L-34B43A08"];
  return [
    ...(onDemand > 0 ? [vcpus("EC2 vCPUs", onDemandCode, onDemand, config)] : []),
    ...(config.spotPercent > 0
      ? [vcpus("EC2 Spot vCPUs", spotCode, Math.ceil((config.maxInstances * config.spotPercent) / 100), config)]
      : []),
  ];
}

function vcpus(check: string, quotaCode: string, count: number, { instanceType }: Config): Quota {
  const size = /^[acdghimrtz]\d/.test(instanceType) ? instanceSize(instanceType) : undefined;
  return {
    check,
    serviceCode: "ec2",
    quotaCode,
    judge: (allowed) => {
      if (!size) {
        return {
          status: "unknown",
          found: `${allowed} allowed for common families; ${instanceType} is not in the table of instance types`,
          advice: "Look up its vCPUs and the quota of its family.",
        };
      }
      const each = size.cpuUnits / 1024;
      const found = `${allowed} allowed, ${each * count} for ${count} ${instanceType}`;
      if (allowed >= each * count) return { status: "ok", found };
      if (allowed < each) return { status: "problem", found, advice: "No instance would start." };
      return {
        status: "warning",
        found,
        advice: `Scale-out ends at ${Math.floor(allowed / each)} of ${count} instances.`,
      };
    },
  };
}

/** Each NAT gateway needs one. */
function addresses({ natPerZone, availabilityZones }: Config): Quota {
  return countOf("elastic IP addresses", "ec2", "L-0263D0A3", natPerZone ? availabilityZones : 1);
}

function countOf(check: string, serviceCode: string, quotaCode: string, needed: number): Quota {
  return {
    check,
    serviceCode,
    quotaCode,
    judge: (allowed) =>
      allowed >= needed
        ? { status: "ok", found: `${allowed} allowed, ${needed} needed, without those already in use` }
        : {
            status: "problem",
            found: `${allowed} allowed, ${needed} needed`,
            advice: "The network cannot be created.",
          },
  };
}

function howToRaise({ serviceCode, quotaCode }: Quota): string {
  return `Request an increase: \`aws service-quotas request-service-quota-increase --service-code ${serviceCode} --quota-code ${quotaCode} --desired-value N\`.`;
}

/**
 * Writes per second of a new on-demand table, and of each of its indexes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
 */
const newTableWrites = 4_000;

/** A job's request writes its record once, and with it each index once. A table with more past traffic takes more. */
export function judgeTableWrites({ apiRequestsPerSecond, apiBurst }: Config): Verdict {
  const check = "jobs table";
  const most = apiRequestsPerSecond + apiBurst;
  const found = `the API accepts up to ${most} jobs in one second, a new table takes ${newTableWrites}`;
  if (most <= newTableWrites) return { check, status: "ok", found };
  return {
    check,
    status: "warning",
    found,
    advice:
      "DynamoDB throttles writes above that until the table's traffic has grown, and the API refuses those requests. docs/deploy.md explains how to pre-warm the table, docs/quotas.md the other limits.",
  };
}
