import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { sweeperEnvironment, VariablesOf } from "../contract/environment.ts";
import type { Config } from "./config.ts";
import { createFunction } from "./function.ts";
import { allow, serviceRole } from "./iam.ts";
import type { JobQueue } from "./queue.ts";
import type { JobStorage } from "./storage.ts";

/** Once a minute: jobs whose ticket was lost or whose worker died are put back on their way. */
export function createSweeper(
  name: string,
  { config, queue, storage }: { config: Config; queue: JobQueue; storage: JobStorage },
  options: pulumi.CustomResourceOptions,
): aws.scheduler.Schedule {
  const environment: VariablesOf<typeof sweeperEnvironment, pulumi.Input<string>> = {
    JOBS_TABLE_NAME: storage.table.name,
    QUEUE_URL: queue.queue.url,
    RETENTION_DAYS: String(config.retentionDays),
    VISIBILITY_SECONDS: String(config.visibilitySeconds),
    SWEEP_AFTER_SECONDS: String(config.sweepAfterSeconds),
  };
  const sweeper = createFunction(
    name,
    {
      entry: "services/sweeper/handler.ts",
      description: "Puts jobs without a living ticket or lease back on their way",
      environment,
      statements: [storage.writeJobs(), storage.listJobs(), queue.send(), queue.count()],
      timeoutSeconds: 55,
      memoryMegabytes: 256,
    },
    config,
    options,
  );
  // The scheduler's own retries end at the invocation; a sweep that fails is Lambda's to repeat, and need not be.
  new aws.lambda.FunctionEventInvokeConfig(name, { functionName: sweeper.name, maximumRetryAttempts: 0 }, options);
  const { role, policy } = serviceRole(
    `${name}-schedule`,
    { service: "scheduler.amazonaws.com", statements: [allow(["lambda:InvokeFunction"], [sweeper.arn])] },
    options,
  );
  return new aws.scheduler.Schedule(
    name,
    {
      scheduleExpression: "rate(1 minute)",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: sweeper.arn,
        roleArn: role.arn,
        // The next minute brings the next sweep; a late one is of no use.
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    },
    { ...options, dependsOn: [policy] },
  );
}
