import { listQuerySchema, statusQuerySchema } from "../../../contract/http.ts";
import type { RouteKey } from "../../../contract/routes.ts";
import { type JsonSchema, queryParameters, refTo, type SchemaName } from "./component-schemas.ts";
import * as examples from "./examples.ts";

export interface Reply {
  description: string;
  /** JSON of this schema; any JSON if only an example is given. */
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
  /** Problems beyond those that every operation may answer, by status. */
  problems?: Record<number, string>;
}

const jobId = { name: "jobId", in: "path", required: true, schema: refTo("JobId"), example: examples.jobId };

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  description: "Visible ASCII characters. The same key is the same job, instead of a jobId in the body.",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[\\x21-\\x7e]+$" },
  example: examples.idempotencyKey,
};

const notYours = { 400: "The id cannot be one.", 404: "You have no job with this id." };

/** What each operation is, takes and answers: data of which the document is made. */
export const operations: Record<RouteKey, OperationText> = {
  "POST /jobs": {
    id: "submitJob",
    summary:
      "Accepts a job: it is kept and will be done once. The same request again gives the same answer and one job.",
    parameters: [idempotencyKey],
    body: { schema: "SubmitRequest", example: examples.submitRequest },
    replies: {
      202: {
        description: "The job is kept.",
        schema: "SubmitReply",
        example: examples.submitReply,
        headers: { Location: "Where the job can be looked at." },
      },
    },
    problems: {
      400: "The request is not as expected; all that is wrong is named at once.",
      409: "The id belongs to another request.",
      413: "The request, or its uploaded payload, is too large.",
      415: "The body is not JSON by its own word.",
      422: "fifo is not available yet.",
    },
  },
  "POST /jobs/batch": {
    id: "submitBatch",
    summary:
      "Takes up to 100 jobs, each by itself, as POST /jobs would. With an Idempotency-Key a repeated batch makes no job twice.",
    parameters: [idempotencyKey],
    body: { schema: "BatchRequest", example: examples.batchRequest },
    replies: { 200: { description: "What became of each job.", schema: "BatchReply", example: examples.batchReply } },
    problems: {
      400: "The envelope or the Idempotency-Key is not as expected. No job was taken.",
      413: "The request is too large.",
      415: "The body is not JSON by its own word.",
    },
  },
  "GET /jobs": {
    id: "listJobs",
    summary: "The caller's own jobs, newest first, in an order that no change of state changes.",
    parameters: queryParameters(listQuerySchema, examples.listQuery),
    replies: { 200: { description: "A page of jobs.", schema: "JobList", example: examples.jobList } },
    problems: { 400: "A parameter is not as expected; a cursor belongs to one caller and one filter." },
  },
  "GET /jobs/{jobId}": {
    id: "getJob",
    summary: "Where a job is and what came of it: at once, or with wait when it has ended or the seconds are over.",
    parameters: [jobId, ...queryParameters(statusQuerySchema, examples.statusQuery)],
    replies: { 200: { description: "The job.", schema: "JobView", example: examples.jobView } },
    problems: notYours,
  },
  "GET /jobs/{jobId}/result": {
    id: "getResult",
    summary: "The result itself.",
    parameters: [jobId],
    replies: {
      200: { description: "The result: any JSON.", example: examples.jobView.result },
      303: { description: "The result is large.", headers: { Location: "Where it can be fetched for a while." } },
    },
    problems: { ...notYours, 409: "The job has not ended, or it ended without a result and `error` says why." },
  },
  "DELETE /jobs/{jobId}": {
    id: "cancelJob",
    summary: "Cancels a job. A queued one never starts; a running one is stopped with its worker's next heartbeat.",
    parameters: [jobId],
    replies: {
      200: { description: "The job is cancelled.", schema: "JobView", example: examples.cancelled },
      202: {
        description: "The worker was asked to stop. A job that ends before it hears of it keeps its end.",
        schema: "JobView",
        example: examples.cancelRequested,
      },
    },
    problems: { ...notYours, 409: "The job has succeeded or failed." },
  },
  "POST /uploads": {
    id: "createUpload",
    summary:
      "A place for an input too large for a request: PUT the bytes to url, then name objectKey in a payload or as payloadKey.",
    replies: { 201: { description: "The place.", schema: "UploadReply", example: examples.uploadReply } },
  },
  "GET /openapi.json": {
    id: "getApiDocument",
    summary: "This document.",
    replies: { 200: { description: "An OpenAPI 3.1 document." } },
  },
};
