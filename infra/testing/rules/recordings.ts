import { type Recorded, recordProgram } from "../record-program.ts";
import type { Configuration } from "./rule.ts";

/** Settings with every option on. */
const allOptions: Record<string, string> = {
  "sluice:egress": "endpoints",
  "sluice:encryption": "customer-key",
  "sluice:exec": "true",
  "sluice:spotPercent": "50",
  "sluice:spotInstanceTypes": '["c7g.large"]',
  "sluice:alarmEmail": "ops@example.com",
  "sluice:corsOrigins": '["https://app.example.com"]',
  "sluice:minTasks": "0",
  "sluice:taskSchedules": JSON.stringify([
    { cron: "0 8 * * MON-FRI", timeZone: "Europe/Berlin", minTasks: 4 },
    { cron: "0 18 * * MON-FRI", timeZone: "Europe/Berlin", maxTasks: 6 },
  ]),
  "sluice:concurrency": '{"echo":20,"word-frequency":5}',
  "sluice:tracing": "true",
  "sluice:ordered": "true",
  "sluice:drops": '[{"suffix":".txt","type":"word-frequency"}]',
  "sluice:senders": JSON.stringify([
    "111122223333",
    "arn:aws:sns:eu-central-1:444455556666:orders",
    "arn:aws:s3:::team-files",
    "arn:aws:events:eu-central-1:123456789012:rule/nightly",
  ]),
  "sluice:intakeOwner": "123456789012.AROAEXAMPLE",
  "sluice:eventDetail": "all",
  "sluice:subscribers": JSON.stringify([
    { email: "ops@example.com", filter: { state: ["failed"] } },
    { https: "https://example.com/jobs" },
    { queue: "arn:aws:sqs:eu-central-1:123456789012:counts" },
    { queue: "arn:aws:sqs:eu-central-1:123456789012:ledger.fifo" },
  ]),
  "sluice:schedules": "true",
  "sluice:archiveEvents": "true",
  "sluice:sharedFiles": "true",
  "sluice:scratchGigabytes": "50",
  "sluice:backup": "daily",
  "sluice:queryService": "true",
  "sluice:queryScaling": "requests",
  "sluice:querySchedules": '[{"cron":"0 8 * * MON-FRI","timeZone":"Europe/Berlin","minTasks":4}]',
  "sluice:queryClientCidrs": '["10.0.0.0/8"]',
  "sluice:queryCertificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/1",
};

const stepMode: Record<string, string> = {
  "sluice:scalingMode": "step",
  "sluice:minTasks": "0",
  "sluice:stepMetric": "messages-per-task",
};

const fixedMode: Record<string, string> = {
  "sluice:scalingMode": "fixed",
  "sluice:minTasks": "4",
  "sluice:maxTasks": "4",
};
const noSpotInstances = { "sluice:spotPercent": "0", "sluice:spotInstanceTypes": "[]" };

/** A stack without a file has the defaults of Pulumi.yaml, which has no region. */
const region = { "aws:region": "eu-central-1" };

/** The stack and the settings of each configuration. */
export const configurations: Record<Configuration, { stack: string; settings: Record<string, string> }> = {
  default: { stack: "production", settings: region },
  dev: { stack: "dev", settings: {} },
  "all-options": { stack: "production", settings: { ...region, ...allOptions } },
  step: { stack: "production", settings: { ...region, ...stepMode } },
  fixed: { stack: "production", settings: { ...region, ...fixedMode } },
  fargate: {
    stack: "production",
    settings: { ...region, ...allOptions, ...noSpotInstances, "sluice:compute": "fargate-spot" },
  },
  "managed-instances": {
    stack: "production",
    settings: {
      ...region,
      ...allOptions,
      ...noSpotInstances,
      "sluice:compute": "managed-instances",
      "sluice:scratchGigabytes": "0",
    },
  },
};

/** Records the program once under each configuration. */
export async function recordAll(): Promise<Record<Configuration, Recorded>> {
  const entries = Object.entries(configurations).map(
    async ([name, { stack, settings }]) => [name, await recordProgram(settings, stack)] as const,
  );
  return Object.fromEntries(await Promise.all(entries)) as Record<Configuration, Recorded>;
}
