import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { sweeperEnvironment, VariablesOf } from "../contract/environment.ts";
import { reservedConcurrency } from "../contract/reserved-concurrency.ts";
import type { Config } from "./config.ts";
import type { EventAccess } from "./events.ts";
import { everyMinute } from "./every-minute.ts";
import { createFunction } from "./function.ts";
import type { Keys } from "./keys.ts";
import type { OwnersTable } from "./owners-table.ts";
import type { JobQueue } from "./queue.ts";
import { accessToFire } from "./schedules-table.ts";
import type { JobStorage } from "./storage.ts";

export interface SweeperArgs {
  config: Config;
  keys: Keys;
  queue: JobQueue;
  storage: JobStorage;
  ownersTable: OwnersTable;
  events: EventAccess;
  /** Undefined without schedules. */
  schedulesTable: aws.dynamodb.Table | undefined;
}

/** The function that runs each minute: requeues jobs whose message or worker was lost, and fires schedules. */
export function createSweeper(
  name: string,
  { config, keys, queue, storage, ownersTable, events, schedulesTable }: SweeperArgs,
  options: pulumi.CustomResourceOptions,
): aws.lambda.Function {
  const owners = ownersTable.recountWaiting();
  const schedules = accessToFire(schedulesTable, { config, ownersTable });
  const environment: VariablesOf<typeof sweeperEnvironment, pulumi.Input<string>> = {
    JOBS_TABLE_NAME: storage.table.name,
    ...queue.environment(),
    RETENTION_DAYS: String(config.retentionDays),
    VISIBILITY_SECONDS: String(config.visibilitySeconds),
    SWEEP_AFTER_SECONDS: String(config.sweepAfterSeconds),
    ...owners.environment,
    ...events.environment,
    ...schedules.environment,
  };
  const sweeper = createFunction(
    name,
    {
      entry: "services/sweeper/handler.ts",
      description: "Requeues jobs whose message or lease was lost",
      environment,
      statements: [
        storage.writeJobsStatement(),
        storage.listJobsStatement(),
        queue.sendStatement(),
        queue.countStatement(),
        ...owners.statements,
        ...events.statements,
        ...schedules.statements,
        ...keys.useStatements("dynamodb", "sqs"),
      ],
      keys,
      timeoutSeconds: 55,
      // A whole CPU: with less of one, a sweep heals fewer jobs.
      memoryMegabytes: 1_792,
      reservedConcurrency: reservedConcurrency(config).sweeper,
    },
    config,
    options,
  );
  everyMinute(name, sweeper, options);
  return sweeper;
}
