import type { Config } from "../../contract/config.ts";
import { instanceSize } from "../../contract/instance-types.ts";
import type { Finding, Verdict } from "../verdict.ts";

/** A limit of the account, and what this stack asks of it. */
export interface Quota {
  check: string;
  serviceCode: string;
  quotaCode: string;
  judge(allowed: number): Omit<Verdict, "check">;
}

/** The limits that new accounts run into. Each is for the whole account and region; how much is in use is not asked. */
export function quotasOf(config: Config): Quota[] {
  return [
    functions(config),
    ...instances(config),
    ...(config.egress === "nat" ? [addresses(config)] : []),
    countOf("networks (VPCs)", "vpc", "L-F678F1CE", 1),
  ];
}

export function judgeQuota(quota: Quota, allowed: Finding<number>): Verdict {
  if ("unknown" in allowed) return { check: quota.check, status: "unknown", found: allowed.unknown };
  const verdict = quota.judge(allowed.value);
  if (verdict.status === "ok") return { check: quota.check, ...verdict };
  return { check: quota.check, ...verdict, advice: `${verdict.advice ?? ""} ${howToRaise(quota)}`.trim() };
}

/**
 * An assumption; needed are requests a second times their length.
 * https://aws.amazon.com/premiumsupport/knowledge-center/lambda-concurrency-limit-increase/
 */
const assumedRequestSeconds = 0.1;
/** The sweeper and the controller, once a minute each. */
const scheduledFunctions = 2;

/** New accounts have 10 at a time, where others have 1,000. */
function functions({ apiRequestsPerSecond }: Config): Quota {
  const needed = Math.ceil(apiRequestsPerSecond * assumedRequestSeconds) + scheduledFunctions;
  return {
    check: "functions at once",
    serviceCode: "lambda",
    quotaCode: "L-B99A9384",
    judge: (allowed) => {
      const found = `${allowed} allowed, ${needed} for ${apiRequestsPerSecond} requests/s`;
      if (allowed >= needed) return { status: "ok", found };
      const rate = Math.max(0, Math.floor((allowed - scheduledFunctions) / assumedRequestSeconds));
      return {
        status: "warning",
        found,
        advice: `The API answers about ${rate} requests/s, then throttles.`,
      };
    },
  };
}

/** Limits of the families A, C, D, H, I, M, R, T and Z; others have limits of their own. */
function instances(config: Config): Quota[] {
  const onDemand = Math.ceil((config.maxInstances * (100 - config.spotPercent)) / 100);
  return [
    ...(onDemand > 0 ? [vcpus("EC2 vCPUs", "L-1216C47A", onDemand, config)] : []),
    ...(config.spotPercent > 0
      ? [vcpus("EC2 Spot vCPUs", "L-34B43A08", Math.ceil((config.maxInstances * config.spotPercent) / 100), config)]
      : []),
  ];
}

function vcpus(check: string, quotaCode: string, count: number, { instanceType }: Config): Quota {
  const size = /^[acdhimrtz]\d/.test(instanceType) ? instanceSize(instanceType) : undefined;
  return {
    check,
    serviceCode: "ec2",
    quotaCode,
    judge: (allowed) => {
      if (!size) {
        return {
          status: "unknown",
          found: `${allowed} allowed for common families; ${instanceType} is not known here`,
          advice: "Look up its vCPUs and its family's limit.",
        };
      }
      const each = size.cpuUnits / 1024;
      const found = `${allowed} allowed, ${each * count} for ${count} ${instanceType}`;
      if (allowed >= each * count) return { status: "ok", found };
      if (allowed < each) return { status: "problem", found, advice: "Not one instance would start." };
      return {
        status: "warning",
        found,
        advice: `Scaling out ends at ${Math.floor(allowed / each)} of ${count} instances.`,
      };
    },
  };
}

/** One for each NAT gateway. */
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
        ? { status: "ok", found: `${allowed} allowed, ${needed} needed; those in use are not counted` }
        : { status: "problem", found: `${allowed} allowed, ${needed} needed`, advice: "The network cannot be made." },
  };
}

function howToRaise({ serviceCode, quotaCode }: Quota): string {
  return `Ask for more: \`aws service-quotas request-service-quota-increase --service-code ${serviceCode} --quota-code ${quotaCode} --desired-value N\`.`;
}
