import { createHash, randomUUID } from "node:crypto";
import {
  defaultGroupId,
  type FieldError,
  idempotencyKeySchema,
  type JobOptions,
  submitRequestSchema,
} from "../../../contract/http.ts";
import { defaultJobType, type JobType, type Json } from "../../../contract/job.ts";
import { dayMilliseconds, limits } from "../../../contract/limits.ts";
import type { PayloadSchemas } from "../../jobs/types/schemas.ts";
import { fieldErrors } from "../http/field-errors.ts";
import { invalidRequest, Problem } from "../http/problem.ts";

/** A valid request for a job. An uploaded payload is not validated yet. */
export type CheckedJob = { jobId: string; type: JobType; options: JobOptions } & (
  | { payload: Json }
  | { payloadKey: string }
);

export interface CheckDeps {
  payloadSchemas: PayloadSchemas;
  most: JobLimits;
  now(): number;
  /** The stack has a queue for jobs with `fifo`. */
  isOrdered: boolean;
}

/**
 * Validates one job of a request.
 * @param index of the job in a batch, whose idempotency key covers all its jobs
 * @param most the stack's limits of what a job may set for itself
 * @throws Problem 400, or 422 for `fifo: true` on a stack without `ordered: true`
 */
export function checkJob(
  body: unknown,
  idempotencyKey: string | undefined,
  { payloadSchemas: schemas, most, now, isOrdered }: CheckDeps,
  index?: number,
): CheckedJob {
  const parsed = submitRequestSchema.safeParse(body);
  const given = membersOf(body);
  const errors = [
    ...(parsed.success ? [] : fieldErrors(parsed.error, body)),
    ...(given
      ? [
          ...payloadErrors(given, schemas),
          ...idErrors(given, idempotencyKey),
          ...limitErrors(given, most),
          ...timeErrors(given, now()),
          ...replyErrors(given, most.replyNames),
          ...orderErrors(given),
        ]
      : []),
  ];
  if (parsed.success && errors.length === 0) {
    const {
      type,
      payload,
      payloadKey,
      jobId = idempotencyKey === undefined ? randomUUID() : jobIdOfKey(idempotencyKey, index),
    } = parsed.data;
    const { maxAttempts, timeoutSeconds, retryDelaySeconds, delaySeconds, runAt, replyTo, correlationId } = parsed.data;
    const { fifo, groupId } = parsed.data;
    if (fifo && !isOrdered) throw fifoUnavailable();
    const options = {
      ...(maxAttempts !== undefined && { maxAttempts }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
      ...(retryDelaySeconds !== undefined && { retryDelaySeconds }),
      ...(delaySeconds !== undefined && { delaySeconds }),
      ...(runAt !== undefined && { runAt }),
      ...(replyTo !== undefined && { replyTo }),
      ...(correlationId !== undefined && { correlationId }),
      ...(fifo && { groupId: groupId ?? defaultGroupId }),
    };
    if (payloadKey !== undefined) return { jobId, type, options, payloadKey };
    if (payload !== undefined) return { jobId, type, options, payload };
  }
  throw invalidRequest(errors);
}

/** The errors of a payload under its job type's schema. */
export function payloadErrorsOf(type: JobType, payload: unknown, schemas: PayloadSchemas): FieldError[] {
  const { error } = schemas[type].safeParse(payload);
  return error ? fieldErrors(error, payload, "payload") : [];
}

type Members = Record<string, unknown>;

function membersOf(body: unknown): Members | undefined {
  return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Members) : undefined;
}

function payloadErrors(given: Members, schemas: PayloadSchemas): FieldError[] {
  const { payload, payloadKey, type = defaultJobType } = given;
  if (payload === undefined && payloadKey === undefined) {
    return [{ field: "payload", expected: "any JSON value, or payloadKey instead", came: "nothing" }];
  }
  if (payload !== undefined && payloadKey !== undefined) {
    return [{ field: "payloadKey", expected: "either payload or payloadKey", came: "both" }];
  }
  return payload !== undefined && isJobType(type, schemas) ? payloadErrorsOf(type, payload, schemas) : [];
}

/** The highest limits that a job may set for itself. */
export interface JobLimits {
  maxAttempts: number;
  timeoutSeconds: number;
  /** Names of the stack's reply queues. */
  replyNames: readonly string[];
}

function limitErrors(given: Members, most: JobLimits): FieldError[] {
  return (["maxAttempts", "timeoutSeconds"] as const).flatMap((field) => {
    const came = given[field];
    if (!Number.isInteger(came) || Number(came) <= most[field]) return [];
    return [{ field, expected: `at most ${most[field]}, the limit of this stack`, came: String(came) }];
  });
}

function timeErrors({ delaySeconds, runAt }: Members, now: number): FieldError[] {
  if (runAt === undefined) return [];
  if (delaySeconds !== undefined) return [{ field: "runAt", expected: "either delaySeconds or runAt", came: "both" }];
  const latest = now + limits.runAtDays * dayMilliseconds;
  if (typeof runAt !== "string" || !(Date.parse(runAt) > latest)) return [];
  return [{ field: "runAt", expected: `a time until ${new Date(latest).toISOString()}`, came: runAt }];
}

function replyErrors({ replyTo, correlationId }: Members, names: readonly string[]): FieldError[] {
  if (replyTo === undefined) {
    return correlationId === undefined
      ? []
      : [{ field: "correlationId", expected: "replyTo beside it", came: "correlationId alone" }];
  }
  if (typeof replyTo !== "string" || names.includes(replyTo)) return [];
  const expected = names.length > 0 ? `one of ${names.join(", ")}` : "no replyTo: this stack has no replyQueues";
  return [{ field: "replyTo", expected, came: replyTo }];
}

function orderErrors({ fifo, groupId, delaySeconds, runAt }: Members): FieldError[] {
  if (fifo !== true) {
    return groupId === undefined ? [] : [{ field: "groupId", expected: "only with fifo: true", came: "no fifo: true" }];
  }
  const time = { delaySeconds, runAt };
  return (["delaySeconds", "runAt"] as const)
    .filter((field) => time[field] !== undefined)
    .map((field) => ({
      field,
      expected: "nothing with fifo: true, because the group would wait",
      came: String(time[field]),
    }));
}

function fifoUnavailable(): Problem {
  const detail =
    "Expected a stack with the configuration `ordered: true` for fifo: true; this stack has no queue for jobs in order.";
  const errors = [{ field: "fifo", expected: "false, or a stack with ordered: true", came: "true" }];
  return new Problem(422, "fifo-unavailable", "This stack keeps no order", detail, { errors });
}

function isJobType(type: unknown, schemas: PayloadSchemas): type is JobType {
  return typeof type === "string" && Object.hasOwn(schemas, type);
}

function idErrors({ jobId }: Members, idempotencyKey: string | undefined): FieldError[] {
  if (idempotencyKey === undefined) return [];
  const { error } = idempotencyKeySchema.safeParse(idempotencyKey);
  return [
    ...(error ? fieldErrors(error, idempotencyKey, "Idempotency-Key") : []),
    ...(jobId === undefined
      ? []
      : [{ field: "jobId", expected: "either jobId or the header Idempotency-Key", came: "both" }]),
  ];
}

/**
 * Derives a job id from an idempotency key. Job ids are separate for each owner, so the key alone decides. A key contains no
 * space, so no key of a single job gives the id of a job in a batch.
 */
export function jobIdOfKey(idempotencyKey: string, index?: number): string {
  const name = index === undefined ? idempotencyKey : `${idempotencyKey} ${index}`;
  return `key-${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
}
