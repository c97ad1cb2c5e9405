import * as z from "zod";
import { dropRuleSchema } from "./intake.ts";
import { eventDetails } from "./job-event.ts";
import { otherQueueSchema } from "./job-queues.ts";
import type { TaskSchedule } from "./task-schedules.ts";

/** steering: the controller scales the tasks. tracking: target tracking does, on a metric that the controller publishes. */
export const controllerModes = ["steering", "tracking"] as const;

/** Two more without a controller. step: step policies scale the tasks, on the queue's length. fixed: nothing does. */
export const scalingModes = [...controllerModes, "step", "fixed"] as const;

export function hasController({ scalingMode }: { scalingMode: (typeof scalingModes)[number] }): boolean {
  return controllerModes.some((mode) => mode === scalingMode);
}

/**
 * Life of a process that runs handlers. owner: a new one when the owner changes. job: a new one for each job. never: any job
 * may follow any other.
 */
export const runnerLives = ["owner", "job", "never"] as const;

const count = z.coerce.number().int().min(1);
const name = z.string().min(1);
const seconds = z.coerce.number().positive();
const json = z.string().transform((text): unknown => JSON.parse(text));

/**
 * The environment variables that `infra/` gives to the code it deploys, and that the code reads.
 * Numbers are decimal strings; every duration is in seconds.
 */
const variables = z.object({
  JOBS_TABLE_NAME: name,
  QUEUE_URL: name,
  /** JSON: the queues of jobs besides the standard one; absent if there is none. */
  MORE_QUEUES: json.pipe(z.array(otherQueueSchema)).optional(),
  DEAD_LETTER_QUEUE_URL: name,
  ARTIFACTS_BUCKET_NAME: name,
  /** Attempts of a job before it has failed. */
  MAX_ATTEMPTS: count,
  /** Visibility timeout of the queue, and duration of a lease. */
  VISIBILITY_SECONDS: count,
  /** Days that a finished job is kept; also the deduplication window of its id. */
  RETENTION_DAYS: count,
  /** Topic for events of jobs; absent where events are off. */
  EVENTS_TOPIC_ARN: name.optional(),
  /** FIFO topic for events of jobs in groups. */
  ORDERED_EVENTS_TOPIC_ARN: name.optional(),
  EVENT_DETAIL: z.enum(eventDetails).optional(),
  /** JSON: ARNs of the reply queues by name; absent without any. */
  REPLY_QUEUES: json.transform((queues) => queues as Record<string, string>).optional(),
  /** Address of the API, for the results that events name. */
  API_URL: name.optional(),
  /** Jobs that one task runs at once. */
  SLOTS: count,
  /** Memory of a task in MiB. */
  TASK_MEMORY_MEGABYTES: count,
  FRESH_RUNNER: z.enum(runnerLives),
  /** Largest JSON document for `payloadKey` that the memory of a task allows. */
  PAYLOAD_DOCUMENT_BYTES: count,
  /** Time between ECS's SIGTERM and SIGKILL. */
  STOP_TIMEOUT_SECONDS: count,
  /** Longest run of one attempt. */
  JOB_TIMEOUT_SECONDS: count,
  /** Age after which the sweeper sends a queued job's message again while the queue is empty. */
  SWEEP_AFTER_SECONDS: count,
  /** File that a live worker touches, relative to its working directory. */
  LIVENESS_FILE: name,
  /** Folder that the handlers of all tasks share; absent if there is none. */
  SHARED_FOLDER: name.optional(),
  CLUSTER_NAME: name,
  SERVICE_NAME: name,
  /** If on, the payload of an echo job controls how long it sleeps and which attempts fail. */
  TEST_CONTROLS: z.enum(["on", "off"]),
  /** If on, jobs carry a trace and the worker sends its spans to X-Ray. */
  TRACING: z.enum(["on", "off"]),
  /** Absent where no controller reads the table. */
  SCALING_TABLE_NAME: name.optional(),
  /** Set where a limit of each owner is enforced or counted for. */
  OWNERS_TABLE_NAME: name.optional(),
  /** Limits of each owner; an absent one is off. */
  OWNER_MAX_WAITING_JOBS: count.optional(),
  OWNER_MAX_RUNNING_JOBS: count.optional(),
  OWNER_MAX_LONG_POLLS: count.optional(),
  OWNER_MAX_UPLOAD_MEGABYTES_PER_DAY: count.optional(),
  /** If on, the API has the routes of schedules. */
  SCHEDULES: z.enum(["on", "off"]),
  SCHEDULES_TABLE_NAME: name,
  /** Schedules of one owner; without it there is no limit. */
  OWNER_MAX_SCHEDULES: count.optional(),
  /** Interval between a worker's reports. */
  REPORT_SECONDS: seconds,
  /** EC2 Auto Scaling group of the cluster; absent where tasks run without instances of the stack's own. */
  GROUP_NAME: name.optional(),
  SCALING_MODE: z.enum(controllerModes),
  /** If on, a steering controller sets MinSize of the Auto Scaling group and terminates empty instances. */
  INSTANCE_FLOOR: z.enum(["on", "off"]),
  MIN_TASKS: z.coerce.number().int().min(0),
  MAX_TASKS: count,
  /** JSON: limits of the tasks by time, which the program has checked. Absent without any. */
  TASK_SCHEDULES: json.pipe(z.array(z.custom<TaskSchedule>())).optional(),
  /** Longest wait of a job before it starts. */
  WAIT_TARGET_SECONDS: seconds,
  /** Expected mean service time, used until workers have measured it. */
  EXPECTED_JOB_SECONDS: seconds,
  EAGERNESS: z.coerce.number().min(-1).max(1),
  TASKS_PER_INSTANCE: count,
  /** Decisions of the controller per minute of the scheduler, and the length of that minute: 60 s, less on a faster cloud. */
  TICKS_PER_MINUTE: count,
  MINUTE_SECONDS: seconds,
  /** Owner of the jobs of files and messages. Absent with auth none. */
  INTAKE_OWNER: name.optional(),
  /** JSON: the rules by which files become jobs. */
  DROP_RULES: json.pipe(z.array(dropRuleSchema)),
  /** JSON: names of the buckets whose files become jobs. */
  SOURCE_BUCKETS: json.pipe(z.array(z.string())),
  INBOX_URL: name,
  INBOX_DEAD_LETTER_QUEUE_URL: name,
  /** URL of the private REST API that answers queries. */
  QUERY_API_URL: z.url(),
  AWS_REGION: name,
  /** Address and port on which a service listens. */
  HOST: name,
  PORT: z.coerce.number().int().min(0).max(65_535),
});

export const submitEnvironment = variables.pick({
  JOBS_TABLE_NAME: true,
  QUEUE_URL: true,
  MORE_QUEUES: true,
  ARTIFACTS_BUCKET_NAME: true,
  MAX_ATTEMPTS: true,
  JOB_TIMEOUT_SECONDS: true,
  RETENTION_DAYS: true,
  TRACING: true,
  SCALING_TABLE_NAME: true,
  TEST_CONTROLS: true,
  OWNERS_TABLE_NAME: true,
  OWNER_MAX_WAITING_JOBS: true,
  PAYLOAD_DOCUMENT_BYTES: true,
  REPLY_QUEUES: true,
});

/** The intake submits jobs as the submit function does. */
export const intakeEnvironment = submitEnvironment.extend(
  variables.pick({
    INTAKE_OWNER: true,
    DROP_RULES: true,
    SOURCE_BUCKETS: true,
    INBOX_URL: true,
    INBOX_DEAD_LETTER_QUEUE_URL: true,
  }).shape,
);

export const openapiEnvironment = variables.pick({ TEST_CONTROLS: true, SCHEDULES: true });

export const schedulesEnvironment = variables.pick({
  SCHEDULES_TABLE_NAME: true,
  OWNER_MAX_SCHEDULES: true,
  REPLY_QUEUES: true,
  MAX_ATTEMPTS: true,
  JOB_TIMEOUT_SECONDS: true,
  TEST_CONTROLS: true,
  TRACING: true,
});

export const statusEnvironment = variables.pick({
  JOBS_TABLE_NAME: true,
  ARTIFACTS_BUCKET_NAME: true,
  RETENTION_DAYS: true,
  TRACING: true,
  OWNERS_TABLE_NAME: true,
  OWNER_MAX_LONG_POLLS: true,
});

export const cancelEnvironment = variables.pick({
  JOBS_TABLE_NAME: true,
  RETENTION_DAYS: true,
  TRACING: true,
  OWNERS_TABLE_NAME: true,
  EVENTS_TOPIC_ARN: true,
  ORDERED_EVENTS_TOPIC_ARN: true,
  EVENT_DETAIL: true,
  REPLY_QUEUES: true,
});

export const uploadEnvironment = variables.pick({
  ARTIFACTS_BUCKET_NAME: true,
  TRACING: true,
  OWNERS_TABLE_NAME: true,
  OWNER_MAX_UPLOAD_MEGABYTES_PER_DAY: true,
});

export const sweeperEnvironment = variables
  .pick({
    JOBS_TABLE_NAME: true,
    QUEUE_URL: true,
    MORE_QUEUES: true,
    RETENTION_DAYS: true,
    VISIBILITY_SECONDS: true,
    SWEEP_AFTER_SECONDS: true,
    OWNERS_TABLE_NAME: true,
    EVENTS_TOPIC_ARN: true,
    ORDERED_EVENTS_TOPIC_ARN: true,
    EVENT_DETAIL: true,
    REPLY_QUEUES: true,
    API_URL: true,
  })
  .extend({
    /** These are set where there are schedules. */
    SCHEDULES_TABLE_NAME: name.optional(),
    MAX_ATTEMPTS: count.optional(),
    OWNER_MAX_WAITING_JOBS: count.optional(),
  });

export const workerEnvironment = variables.pick({
  JOBS_TABLE_NAME: true,
  QUEUE_URL: true,
  MORE_QUEUES: true,
  DEAD_LETTER_QUEUE_URL: true,
  ARTIFACTS_BUCKET_NAME: true,
  VISIBILITY_SECONDS: true,
  RETENTION_DAYS: true,
  SLOTS: true,
  TASK_MEMORY_MEGABYTES: true,
  FRESH_RUNNER: true,
  STOP_TIMEOUT_SECONDS: true,
  JOB_TIMEOUT_SECONDS: true,
  LIVENESS_FILE: true,
  SHARED_FOLDER: true,
  TEST_CONTROLS: true,
  TRACING: true,
  SCALING_TABLE_NAME: true,
  REPORT_SECONDS: true,
  OWNERS_TABLE_NAME: true,
  OWNER_MAX_WAITING_JOBS: true,
  OWNER_MAX_RUNNING_JOBS: true,
  EVENTS_TOPIC_ARN: true,
  ORDERED_EVENTS_TOPIC_ARN: true,
  EVENT_DETAIL: true,
  REPLY_QUEUES: true,
  API_URL: true,
});

/** The query service's container, and the function behind the private API. */
export const queryEnvironment = variables.pick({ QUERY_API_URL: true, AWS_REGION: true, HOST: true, PORT: true });

export const queryFunctionEnvironment = variables.pick({
  JOBS_TABLE_NAME: true,
  ARTIFACTS_BUCKET_NAME: true,
  RETENTION_DAYS: true,
});

export const controllerEnvironment = variables.extend({ SCALING_TABLE_NAME: name }).pick({
  QUEUE_URL: true,
  MORE_QUEUES: true,
  CLUSTER_NAME: true,
  SERVICE_NAME: true,
  GROUP_NAME: true,
  SCALING_TABLE_NAME: true,
  SCALING_MODE: true,
  INSTANCE_FLOOR: true,
  MIN_TASKS: true,
  MAX_TASKS: true,
  TASK_SCHEDULES: true,
  SLOTS: true,
  WAIT_TARGET_SECONDS: true,
  EXPECTED_JOB_SECONDS: true,
  EAGERNESS: true,
  TASKS_PER_INSTANCE: true,
  TICKS_PER_MINUTE: true,
  MINUTE_SECONDS: true,
});

/** The daemon gets the variables of the scheduled controller, and its own schedule. */
export const daemonEnvironment = controllerEnvironment.extend({
  /** Schedule of the ticks: a cron expression whose first of six fields is the seconds. Must match TICKS_PER_MINUTE. */
  TICK_CRON: z.string().min(1).default("*/10 * * * * *"),
});

/** The variables of a schema as `infra/` sets them, each a text or a Pulumi output of one. */
export type VariablesOf<Schema extends z.ZodType, Text = string> = { [Key in keyof z.infer<Schema>]: Text };
