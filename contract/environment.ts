import { z } from "zod";

const count = z.coerce.number().int().min(1);
const name = z.string().min(1);

/**
 * The environment variables that `infra/` gives to the code it deploys, and that the code reads.
 * Numbers are decimal strings; every duration is in seconds.
 */
const variables = z.object({
  JOBS_TABLE_NAME: name,
  QUEUE_URL: name,
  DEAD_LETTER_QUEUE_URL: name,
  ARTIFACTS_BUCKET_NAME: name,
  /** Starts a job may use up before it is failed for good. */
  MAX_ATTEMPTS: count,
  /** Visibility timeout of the queue, and the length of a lease. */
  VISIBILITY_SECONDS: count,
  /** Days a finished job is kept; also the deduplication window. */
  RETENTION_DAYS: count,
  /** Jobs one task runs at once. */
  SLOTS: count,
  /** What ECS waits between SIGTERM and SIGKILL. */
  STOP_TIMEOUT_SECONDS: count,
  /** Longest run of one attempt. */
  JOB_TIMEOUT_SECONDS: count,
  /** A queued job without a sign of life for this long gets a fresh ticket while the queue is empty. */
  SWEEP_AFTER_SECONDS: count,
  /** A file the worker touches while it is alive, under its working directory. */
  LIVENESS_FILE: name,
  CLUSTER_NAME: name,
  SERVICE_NAME: name,
  /** Whether jobs carry a trace, and the worker reports spans of them. */
  TRACING: z.enum(["on", "off"]),
});

export const submitEnvironment = variables.pick({
  JOBS_TABLE_NAME: true,
  QUEUE_URL: true,
  ARTIFACTS_BUCKET_NAME: true,
  MAX_ATTEMPTS: true,
  RETENTION_DAYS: true,
  TRACING: true,
});

export const statusEnvironment = variables.pick({
  JOBS_TABLE_NAME: true,
  ARTIFACTS_BUCKET_NAME: true,
  RETENTION_DAYS: true,
  TRACING: true,
});

export const cancelEnvironment = variables.pick({ JOBS_TABLE_NAME: true, RETENTION_DAYS: true, TRACING: true });

export const uploadEnvironment = variables.pick({ ARTIFACTS_BUCKET_NAME: true, TRACING: true });

export const sweeperEnvironment = variables.pick({
  JOBS_TABLE_NAME: true,
  QUEUE_URL: true,
  RETENTION_DAYS: true,
  VISIBILITY_SECONDS: true,
  SWEEP_AFTER_SECONDS: true,
});

export const workerEnvironment = variables.pick({
  JOBS_TABLE_NAME: true,
  QUEUE_URL: true,
  DEAD_LETTER_QUEUE_URL: true,
  ARTIFACTS_BUCKET_NAME: true,
  VISIBILITY_SECONDS: true,
  RETENTION_DAYS: true,
  SLOTS: true,
  STOP_TIMEOUT_SECONDS: true,
  JOB_TIMEOUT_SECONDS: true,
  LIVENESS_FILE: true,
  TRACING: true,
});

export const controllerEnvironment = variables.pick({ QUEUE_URL: true, CLUSTER_NAME: true, SERVICE_NAME: true });

/** The daemon is nobody's function: whoever starts it names what the scheduled controller is told. */
export const daemonEnvironment = controllerEnvironment.extend({
  /** When to tick: a cron expression, whose first of six fields are seconds. */
  TICK_CRON: z.string().min(1).default("* * * * *"),
});

/** The variables of a schema as `infra/` must state them: each one, as a text or something that becomes one. */
export type VariablesOf<Schema extends z.ZodType, Text = string> = Record<keyof z.infer<Schema> & string, Text>;
