import { idempotencyKeySchema, listQuerySchema, statusQuerySchema } from "../../../contract/http.ts";
import { limits } from "../../../contract/limits.ts";
import type { RouteKey } from "../../../contract/routes.ts";
import { schedulesQuerySchema } from "../../../contract/schedule.ts";
import { type JsonSchema, parameterSchema, queryParameters, refTo, type SchemaName } from "./component-schemas.ts";
import * as examples from "./examples.ts";

export interface Reply {
  description: string;
  /** Any JSON if only an example is given. */
  schema?: SchemaName;
  example?: unknown;
  headers?: Record<string, string>;
}

export interface OperationText {
  id: string;
  summary: string;
  parameters?: JsonSchema[];
  body?: { schema: SchemaName; example: unknown };
  replies: Record<number, Reply>;
  /** Problems by status, besides those that are common to all operations. */
  problems?: Record<number, string>;
  /** The answer above a limit of the caller. API Gateway's throttle gives 429 too, with a body of its own. */
  limited?: { description: string; example: unknown };
}

const jobId = { name: "jobId", in: "path", required: true, schema: refTo("JobId"), example: examples.jobId };

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  description: "Instead of jobId in the body. Requests with the same key make one job.",
  schema: parameterSchema(idempotencyKeySchema),
  example: examples.idempotencyKey,
};

const scheduleId = {
  name: "scheduleId",
  in: "path",
  required: true,
  schema: refTo("ScheduleId"),
  example: examples.scheduleId,
};

const noSchedule = { 400: "The id is invalid.", 404: "You have no schedule with this id." };
const noJob = { 400: "The id is invalid.", 404: "You have no job with this id." };
const notJson = "The Content-Type is not JSON.";

/** Texts, parameters, bodies and replies of each operation in the document. */
export const operations: Record<RouteKey, OperationText> = {
  "POST /jobs": {
    id: "submitJob",
    summary: "Submits a job. Repeating the same request under the same id gives the same answer and no second job.",
    parameters: [idempotencyKey],
    body: { schema: "SubmitRequest", example: examples.submitRequest },
    replies: {
      202: {
        description: "The job is stored and will be processed.",
        schema: "SubmitReply",
        example: examples.submitReply,
        headers: { Location: "The path of the job." },
      },
    },
    problems: {
      400: "Fields are invalid, or name no upload of the caller; the answer lists them.",
      409: "The id belongs to a different request.",
      413: "The request or its uploaded payload is too large.",
      415: notJson,
      422: "The job has fifo: true, and the stack has no `ordered: true`.",
    },
    limited: {
      description:
        "As many of your jobs wait for their first start as may, or the request rate exceeds the stack's limit.",
      example: examples.tooManyWaiting,
    },
  },
  "POST /jobs/batch": {
    id: "submitBatch",
    summary: `Submits up to ${limits.batchJobs} jobs, each independently of the others. With an Idempotency-Key a repeated batch makes no job twice.`,
    parameters: [idempotencyKey],
    body: { schema: "BatchRequest", example: examples.batchRequest },
    replies: {
      200: {
        description: "The outcome of each job; 429 for a job above the limit of your waiting jobs.",
        schema: "BatchReply",
        example: examples.batchReply,
      },
    },
    problems: {
      400: "The batch itself or the Idempotency-Key is invalid. No job was accepted.",
      413: "The request is too large.",
      415: notJson,
    },
  },
  "GET /jobs": {
    id: "listJobs",
    summary: "Lists the caller's jobs, newest first. State changes do not affect the order.",
    parameters: queryParameters(listQuerySchema, examples.listQuery),
    replies: { 200: { description: "A page of jobs.", schema: "JobList", example: examples.jobList } },
    problems: { 400: "A parameter is invalid. A cursor is valid for one caller and filter only." },
  },
  "GET /jobs/{jobId}": {
    id: "getJob",
    summary:
      "Gets a job: state, progress, and result or error. With wait it answers when the job has ended, or after that many seconds; at once if as many of your requests wait as may.",
    parameters: [jobId, ...queryParameters(statusQuerySchema, examples.statusQuery)],
    replies: { 200: { description: "The job.", schema: "JobView", example: examples.jobView } },
    problems: noJob,
  },
  "GET /jobs/{jobId}/result": {
    id: "getResult",
    summary: "Gets a job's result.",
    parameters: [jobId],
    replies: {
      200: { description: "The result, any JSON.", example: examples.jobView.result },
      303: {
        description: "The result is large.",
        headers: { Location: `URL of the result, valid for ${limits.resultUrlSeconds} seconds.` },
      },
    },
    problems: { ...noJob, 409: "The job has not ended, or has failed or was cancelled; then `error` has the reason." },
  },
  "DELETE /jobs/{jobId}": {
    id: "cancelJob",
    summary: "Cancels a job. A queued job never starts; a running one is stopped at its worker's next heartbeat.",
    parameters: [jobId],
    replies: {
      200: { description: "The job is cancelled.", schema: "JobView", example: examples.cancelled },
      202: {
        description:
          "Cancellation was requested. A job that ends before its worker's next heartbeat keeps its outcome.",
        schema: "JobView",
        example: examples.cancelRequested,
      },
    },
    problems: { ...noJob, 409: "The job has succeeded or failed." },
  },
  "POST /jobs/{jobId}/retry": {
    id: "retryJob",
    summary:
      "Queues a failed or cancelled job again, under the same id; its attempts are counted from zero again. A job that is queued or running stays as it is.",
    parameters: [jobId],
    replies: {
      202: {
        description: "The job is queued, or was queued or running already.",
        schema: "JobView",
        example: examples.retried,
        headers: { Location: "The path of the job." },
      },
    },
    problems: { ...noJob, 409: "The job has succeeded." },
    limited: {
      description:
        "As many of your jobs wait for their first start as may, or the request rate exceeds the stack's limit.",
      example: examples.tooManyWaiting,
    },
  },
  "POST /uploads": {
    id: "createUpload",
    summary:
      "Creates a presigned URL for an input that is too large for a request. PUT the file to url once, with the given headers, then " +
      `send objectKey in a payload or as payloadKey within ${limits.uploadDays} days.`,
    body: { schema: "UploadRequest", example: examples.uploadRequest },
    replies: { 201: { description: "The presigned URL.", schema: "UploadReply", example: examples.uploadReply } },
    problems: { 400: "Fields are invalid; the answer lists them.", 413: "The request is too large.", 415: notJson },
    limited: {
      description: "Your uploads of the day in UTC are used up, or the request rate exceeds the stack's limit.",
      example: examples.tooManyUploads,
    },
  },
  "GET /schedules": {
    id: "listSchedules",
    summary: "Lists the caller's schedules in the order of their ids.",
    parameters: queryParameters(schedulesQuerySchema, examples.schedulesQuery),
    replies: { 200: { description: "A page of schedules.", schema: "ScheduleList", example: examples.scheduleList } },
    problems: { 400: "A parameter is invalid. A cursor is valid for one caller only." },
  },
  "GET /schedules/{scheduleId}": {
    id: "getSchedule",
    summary: "Gets a schedule with its next and latest firings.",
    parameters: [scheduleId],
    replies: { 200: { description: "The schedule.", schema: "ScheduleView", example: examples.schedule } },
    problems: noSchedule,
  },
  "PUT /schedules/{scheduleId}": {
    id: "putSchedule",
    summary:
      "Creates or changes a schedule. Each firing submits one job. Repeating the request changes nothing. The job of a firing is made " +
      `up to ${limits.firingAheadSeconds} seconds before its time; after that, a change no longer affects it.`,
    parameters: [scheduleId],
    body: { schema: "ScheduleRequest", example: examples.scheduleRequest },
    replies: {
      200: { description: "The schedule existed.", schema: "ScheduleView", example: examples.schedule },
      201: {
        description: "The schedule is new.",
        schema: "ScheduleView",
        example: { ...examples.schedule, lastRuns: [] },
      },
    },
    problems: {
      400: "Fields are invalid; the answer lists them.",
      409: "You have as many schedules as you may.",
      413: "The request is too large.",
      415: notJson,
      422: "fifo is not available yet.",
    },
  },
  "DELETE /schedules/{scheduleId}": {
    id: "deleteSchedule",
    summary: "Deletes a schedule. Jobs that it has made stay.",
    parameters: [scheduleId],
    replies: {
      200: {
        description: "The schedule is deleted.",
        schema: "ScheduleReply",
        example: { scheduleId: examples.scheduleId },
      },
    },
    problems: noSchedule,
  },
  "GET /openapi.json": {
    id: "getApiDocument",
    summary: "This document.",
    replies: { 200: { description: "An OpenAPI 3.1 document." } },
  },
};
