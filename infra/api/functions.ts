import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type {
  cancelEnvironment,
  openapiEnvironment,
  schedulesEnvironment,
  statusEnvironment,
  submitEnvironment,
  uploadEnvironment,
  VariablesOf,
} from "../../contract/environment.ts";
import { objectPrefixes } from "../../contract/jobs-table.ts";
import { limits } from "../../contract/limits.ts";
import { memoryBudget } from "../../contract/memory-budget.ts";
import { reservedConcurrency } from "../../contract/reserved-concurrency.ts";
import type { ApiFunction } from "../../contract/routes.ts";
import type { Config } from "../config.ts";
import { type EventAccess, replyNames } from "../events.ts";
import { createFunction, type FunctionArgs } from "../function.ts";
import type { Keys } from "../keys.ts";
import type { OwnersTable } from "../owners-table.ts";
import type { JobQueue } from "../queue.ts";
import type { ScalingTable } from "../scaling-table.ts";
import { accessToSchedules } from "../schedules-table.ts";
import type { JobStorage } from "../storage.ts";

export interface SubmitArgs {
  config: Config;
  keys: Keys;
  queue: JobQueue;
  storage: JobStorage;
  /** Undefined without a controller. */
  scalingTable: ScalingTable | undefined;
  ownersTable: OwnersTable;
}

export interface ApiFunctionsArgs extends SubmitArgs {
  /** For functions that end jobs. */
  events: EventAccess;
  /** Undefined without schedules. */
  schedulesTable: aws.dynamodb.Table | undefined;
}

/** The functions that the stack's routes need, by name. */
export type ApiFunctions = Partial<Record<ApiFunction, aws.lambda.Function>>;

/** One Lambda function for each set of permissions; its entry file is `services/api/NAME/handler.ts`. */
export function createApiFunctions(
  name: string,
  args: ApiFunctionsArgs,
  options: pulumi.CustomResourceOptions,
): ApiFunctions {
  const create = (key: ApiFunction, definition: FunctionDefinition) => {
    const entry = `services/api/${key}/handler.ts`;
    return createFunction(`${name}-${key}`, { entry, keys: args.keys, ...definition }, args.config, options);
  };
  const entries = Object.entries(definitions(args)) as [ApiFunction, FunctionDefinition][];
  return Object.fromEntries(entries.map(([key, definition]) => [key, create(key, definition)]));
}

/** Environment variables and permissions of code that submits jobs. */
export function accessToSubmit({ config, keys, queue, storage, scalingTable, ownersTable }: SubmitArgs): Pick<
  FunctionArgs,
  "statements"
> & {
  environment: VariablesOf<typeof submitEnvironment, pulumi.Input<string>>;
} {
  const accepted = ownersTable.countAccepted();
  return {
    environment: {
      TRACING: config.tracing ? "on" : "off",
      RETENTION_DAYS: String(config.retentionDays),
      JOBS_TABLE_NAME: storage.table.name,
      ...queue.environment(),
      ARTIFACTS_BUCKET_NAME: storage.bucket.bucket,
      MAX_ATTEMPTS: String(config.maxAttempts),
      JOB_TIMEOUT_SECONDS: String(config.jobTimeoutSeconds),
      ...(scalingTable ? { SCALING_TABLE_NAME: scalingTable.table.name } : {}),
      TEST_CONTROLS: config.testControls ? "on" : "off",
      ...accepted.environment,
      PAYLOAD_DOCUMENT_BYTES: String(memoryBudget(config).payloadDocumentBytes),
      ...replyNames(config),
    },
    statements: [
      storage.writeJobsStatement(),
      queue.sendStatement(),
      storage.writeObjectsStatement(objectPrefixes.payloads, objectPrefixes.inputs),
      storage.readObjectsStatement(objectPrefixes.uploads, objectPrefixes.inputs),
      storage.listBucketStatement(),
      ...(scalingTable ? [scalingTable.countArrivalsStatement()] : []),
      ...accepted.statements,
      ...keys.useStatements("dynamodb", "sqs", "s3"),
    ],
  };
}

type FunctionDefinition = Omit<FunctionArgs, "entry" | "keys">;

function definitions({
  config,
  keys,
  queue,
  storage,
  scalingTable,
  ownersTable,
  events,
  schedulesTable,
}: ApiFunctionsArgs): Partial<Record<ApiFunction, FunctionDefinition>> {
  const tracing = { TRACING: config.tracing ? "on" : "off" };
  const testControls = { TEST_CONTROLS: config.testControls ? "on" : "off" };
  const schedules = { SCHEDULES: config.schedules ? "on" : "off" };
  const retention = { RETENTION_DAYS: String(config.retentionDays) };
  const owners = {
    cancelled: ownersTable.countCancelled(),
    longPolls: ownersTable.countLongPolls(),
    uploads: ownersTable.countUploads(),
  };
  return {
    submit: {
      description: "POST /jobs, /jobs/batch and /jobs/{jobId}/retry: stores each job, queues its message, answers 202",
      ...accessToSubmit({ config, keys, queue, storage, scalingTable, ownersTable }),
      timeoutSeconds: 28,
      // Memory holds an uploaded document three times: as bytes, as text and as values.
      memoryMegabytes: 1024,
    },
    status: {
      description: "GET /jobs, /jobs/{jobId} and its result: states, progress and results",
      environment: {
        ...tracing,
        ...retention,
        JOBS_TABLE_NAME: storage.table.name,
        ARTIFACTS_BUCKET_NAME: storage.bucket.bucket,
        ...owners.longPolls.environment,
      } satisfies VariablesOf<typeof statusEnvironment, pulumi.Input<string>>,
      statements: [
        storage.readJobsStatement(),
        ...storage.listOwnedJobsStatements(),
        storage.readObjectsStatement(objectPrefixes.results),
        ...owners.longPolls.statements,
        ...keys.useStatements("dynamodb", "s3"),
      ],
      // A long poll waits up to limits.waitSeconds.
      timeoutSeconds: limits.waitSeconds + 8,
      memoryMegabytes: 256,
      reservedConcurrency: reservedConcurrency(config).status,
    },
    cancel: {
      description: "DELETE /jobs/{jobId}: cancels a queued job, asks a running one to stop",
      environment: {
        ...tracing,
        ...retention,
        JOBS_TABLE_NAME: storage.table.name,
        ...owners.cancelled.environment,
        ...events.environment,
      } satisfies VariablesOf<typeof cancelEnvironment, pulumi.Input<string>>,
      statements: [
        storage.writeJobsStatement(),
        ...owners.cancelled.statements,
        ...events.statements,
        ...keys.useStatements("dynamodb"),
      ],
      timeoutSeconds: 10,
      memoryMegabytes: 256,
    },
    upload: {
      description: "POST /uploads: presigns an upload of an input that is too large for a request",
      environment: {
        ...tracing,
        ARTIFACTS_BUCKET_NAME: storage.bucket.bucket,
        ...owners.uploads.environment,
      } satisfies VariablesOf<typeof uploadEnvironment, pulumi.Input<string>>,
      statements: [
        storage.writeObjectsStatement(objectPrefixes.uploads),
        ...owners.uploads.statements,
        ...keys.useStatements("s3", ...(owners.uploads.statements.length > 0 ? ["dynamodb" as const] : [])),
      ],
      timeoutSeconds: 10,
      memoryMegabytes: 256,
    },
    ...(schedulesTable ? { schedules: scheduleFunction(schedulesTable, { config, keys }) } : {}),
    openapi: {
      description: "GET /openapi.json: the API's OpenAPI document",
      environment: { ...testControls, ...schedules } satisfies VariablesOf<typeof openapiEnvironment>,
      statements: [],
      timeoutSeconds: 10,
      memoryMegabytes: 256,
    },
  };
}

function scheduleFunction(
  table: aws.dynamodb.Table,
  { config, keys }: Pick<ApiFunctionsArgs, "config" | "keys">,
): FunctionDefinition {
  const access = accessToSchedules(table, config);
  return {
    description: "GET, PUT and DELETE of /schedules: jobs that the sweeper submits again and again",
    environment: {
      ...access.environment,
      ...replyNames(config),
      TRACING: config.tracing ? "on" : "off",
      TEST_CONTROLS: config.testControls ? "on" : "off",
      MAX_ATTEMPTS: String(config.maxAttempts),
      JOB_TIMEOUT_SECONDS: String(config.jobTimeoutSeconds),
    } satisfies VariablesOf<typeof schedulesEnvironment, pulumi.Input<string>>,
    statements: [...access.statements, ...keys.useStatements("dynamodb")],
    timeoutSeconds: 10,
    memoryMegabytes: 256,
  };
}
