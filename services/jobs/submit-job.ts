import type { JobOptions } from "../../contract/http.ts";
import type { JobType, Json } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";
import type { Clock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import type { Artifacts } from "./artifacts.ts";
import type { Job, JobKey } from "./job.ts";
import type { JobStore, SendMessage } from "./ports.ts";
import { hashRequest } from "./request-hash.ts";

export interface SubmitDeps {
  store: Pick<JobStore, "create" | "load" | "takePosition">;
  sendMessage: SendMessage;
  artifacts: Pick<Artifacts, "keepPayload">;
  clock: Clock;
  /** Attempts of a job that sets no number of its own. */
  maxAttempts: number;
}

/** A payload, and its JSON text in UTF-8 as the job gets it. */
export interface Payload {
  value: Json;
  text: Uint8Array;
}

export function asPayload(value: Json): Payload {
  return { value, text: Buffer.from(JSON.stringify(value)) };
}

export interface SubmitRequest extends JobKey {
  type: JobType;
  payload: Payload;
  options?: JobOptions | undefined;
  /** Trace of the request. A repetition leaves the job in the trace of the first request. */
  traceparent?: string | undefined;
  callerTraceId?: string | undefined;
}

/**
 * Accepts a job: writes a large payload to the bucket, takes the job's position in its group if it has one, writes the record, sends the
 * message. In this order no accepted job is lost. Safe to repeat: while the job is queued, a repetition sends the message again, because an earlier call
 * may have crashed between record and message. A job that is due later than SQS can delay a message gets its message from the
 * sweeper.
 * @throws AppError `conflict` when the owner has another job with this id.
 */
export async function submitJob(
  deps: SubmitDeps,
  request: SubmitRequest,
): Promise<{ jobId: string; isNew: boolean; isDue: boolean }> {
  const key: JobKey = { owner: request.owner, jobId: request.jobId };
  const { options = {} } = request;
  const requestHash = hashRequest({ type: request.type, payload: request.payload.value, ...options });
  const payload = await deps.artifacts.keepPayload(key, request.payload.text, requestHash);
  const now = deps.clock.now();
  const { delaySeconds, runAt, ...own } = options;
  const dueAt = dueTime(options, now);
  // A repetition must take no position, for which the group would wait.
  const known = own.groupId === undefined ? undefined : await deps.store.load(key);
  const position =
    own.groupId === undefined || known ? undefined : await deps.store.takePosition({ ...key, groupId: own.groupId });
  const job = newJob(
    key,
    {
      type: request.type,
      payload,
      requestHash,
      maxAttempts: deps.maxAttempts,
      ...own,
      position,
      traceparent: request.traceparent,
      callerTraceId: request.callerTraceId,
    },
    now,
    dueAt,
  );

  const created = known ? ({ created: false, existing: known } as const) : await deps.store.create(job);
  const kept = created.created ? job : created.existing;
  if (kept.requestHash !== requestHash) {
    throw new AppError(
      "conflict",
      `Expected a new id or the same request again; the id "${key.jobId}" belongs to another job.`,
      {
        details: { ...key },
      },
    );
  }
  if (kept.state === "queued" && !kept.unsent) await deps.sendMessage(kept, Math.max(0, kept.stateSince - now));
  return { jobId: key.jobId, isNew: created.created, isDue: dueAt <= now };
}

/** When a job with these options, accepted `now`, may start. */
export function dueTime({ delaySeconds = 0, runAt }: JobOptions, now: number): number {
  return runAt === undefined ? now + delaySeconds * 1_000 : Math.max(now, Date.parse(runAt));
}

/** SQS delays a message for no longer. */
const longestDelayMilliseconds = limits.queueDelaySeconds * 1_000;

function newJob(
  key: JobKey,
  given: Pick<
    Job,
    | "type"
    | "payload"
    | "requestHash"
    | "traceparent"
    | "callerTraceId"
    | "maxAttempts"
    | "timeoutSeconds"
    | "retryDelaySeconds"
    | "replyTo"
    | "correlationId"
    | "groupId"
    | "position"
  >,
  now: number,
  dueAt: number,
): Job {
  return {
    ...key,
    ...given,
    schemaVersion: 1,
    state: "queued",
    stateSince: dueAt,
    ...(dueAt - now > longestDelayMilliseconds ? { unsent: true } : {}),
    createdAt: now,
    attempts: 0,
    fence: 0,
    version: 1,
  };
}
