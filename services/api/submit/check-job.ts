import { createHash, randomUUID } from "node:crypto";
import { type FieldError, idempotencyKeySchema, submitRequestSchema } from "../../../contract/http.ts";
import { defaultJobType, type JobType, type Json } from "../../../contract/job.ts";
import { payloadSchemas } from "../../jobs/types/schemas.ts";
import { fieldErrors } from "../http/field-errors.ts";
import { invalidRequest, Problem } from "../http/problem.ts";

/** A request for a job that is as it should be, but for an uploaded payload, which nobody has read yet. */
export type CheckedJob = { jobId: string; type: JobType } & ({ payload: Json } | { payloadKey: string });

/**
 * Checks one job of a request as a whole.
 * @param index of the job in a batch, whose key is for all its jobs
 * @throws Problem 400, or 422 for what is not available yet
 */
export function checkJob(body: unknown, idempotencyKey: string | undefined, index?: number): CheckedJob {
  const parsed = submitRequestSchema.safeParse(body);
  const given = membersOf(body);
  const errors = [
    ...(parsed.success ? [] : fieldErrors(parsed.error, body)),
    ...(given ? [...payloadErrors(given), ...idErrors(given, idempotencyKey)] : []),
  ];
  if (parsed.success && errors.length === 0) {
    const {
      type,
      payload,
      payloadKey,
      jobId = idempotencyKey === undefined ? randomUUID() : jobIdOfKey(idempotencyKey, index),
    } = parsed.data;
    if (payloadKey !== undefined) return { jobId, type, payloadKey };
    if (payload !== undefined) return { jobId, type, payload };
  }
  if (given?.fifo === true && errors.every(({ field }) => field === "fifo")) {
    throw new Problem(422, "fifo-unavailable", "FIFO order is not available", "fifo is not available yet.", { errors });
  }
  throw invalidRequest(errors);
}

/** What a type's own schema holds against a payload. */
export function payloadErrorsOf(type: JobType, payload: unknown): FieldError[] {
  const { error } = payloadSchemas[type].safeParse(payload);
  return error ? fieldErrors(error, payload, "payload") : [];
}

type Members = Record<string, unknown>;

function membersOf(body: unknown): Members | undefined {
  return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Members) : undefined;
}

function payloadErrors(given: Members): FieldError[] {
  const { payload, payloadKey, type = defaultJobType } = given;
  if (payload === undefined && payloadKey === undefined) {
    return [{ field: "payload", expected: "any JSON value, or a payloadKey instead", came: "nothing" }];
  }
  if (payload !== undefined && payloadKey !== undefined) {
    return [{ field: "payloadKey", expected: "either payload or payloadKey", came: "both" }];
  }
  return payload !== undefined && isJobType(type) ? payloadErrorsOf(type, payload) : [];
}

function isJobType(type: unknown): type is JobType {
  return typeof type === "string" && Object.hasOwn(payloadSchemas, type);
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
 * The same key is the same job; ids of different owners never meet, so that the key alone decides. A key holds no space, so
 * that no key of a single job is that of a job in a batch.
 */
export function jobIdOfKey(idempotencyKey: string, index?: number): string {
  const name = index === undefined ? idempotencyKey : `${idempotencyKey} ${index}`;
  return `key-${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
}
