import type { RouteKey } from "../../../contract/routes.ts";
import { sampleJob } from "../../jobs/testing/sample-job.ts";
import { apiEvent, bodyOf } from "./api-request.ts";
import type { MemoryApi } from "./memory-api.ts";

/** The owner of what `call` sends, unless it says otherwise. */
export const owner = "1.alice";
const iam = { accountId: "1", userId: "alice" };
export const job = (jobId: string, changes: Parameters<typeof sampleJob>[0] = {}) =>
  sampleJob({ owner, jobId, ...changes });

export type Sent = NonNullable<Parameters<typeof apiEvent>[1]>;

/** A request of the owner's, and its answer read. */
export async function call(api: MemoryApi, route: RouteKey, request: Sent = {}) {
  const { statusCode, headers, body } = await api.call(apiEvent(route, { iam, ...request }));
  return { status: statusCode, headers, body: bodyOf({ body }) };
}
