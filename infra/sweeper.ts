import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { sweeperEnvironment, VariablesOf } from "../contract/environment.ts";
import type { Config } from "./config.ts";
import { createFunction } from "./function.ts";
import type { Keys } from "./keys.ts";
import type { JobQueue } from "./queue.ts";
import { everyMinute } from "./schedule.ts";
import type { JobStorage } from "./storage.ts";

/** Once a minute: jobs whose message was lost or whose worker died are put back on their way. */
export function createSweeper(
  name: string,
  { config, keys, queue, storage }: { config: Config; keys: Keys; queue: JobQueue; storage: JobStorage },
  options: pulumi.CustomResourceOptions,
): aws.lambda.Function {
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
      description: "Puts jobs without a living message or lease back on their way",
      environment,
      statements: [
        storage.writeJobs(),
        storage.listJobs(),
        queue.send(),
        queue.count(),
        ...keys.use("dynamodb", "sqs"),
      ],
      keys,
      timeoutSeconds: 55,
      memoryMegabytes: 256,
    },
    config,
    options,
  );
  everyMinute(name, sweeper, options);
  return sweeper;
}
