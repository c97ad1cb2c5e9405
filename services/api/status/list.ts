import { type JobList, listQuerySchema } from "../../../contract/http.ts";
import type { JobStore } from "../../jobs/ports.ts";
import type { ApiReply, ApiRequest } from "../http/api-handler.ts";
import { describe } from "../http/field-errors.ts";
import { check, invalidRequest } from "../http/problem.ts";
import { summarizeJob } from "../http/view-job.ts";
import { readCursor, writeCursor } from "./cursor.ts";

/** GET /jobs: a page of the caller's jobs, newest first. */
export async function list(request: ApiRequest, { store }: { store: Pick<JobStore, "listOwned"> }): Promise<ApiReply> {
  const { owner } = request;
  const { state, type, limit, cursor } = check(listQuerySchema, request.query);
  const scope = { owner, state, type };
  const before = cursor === undefined ? undefined : readCursor(cursor, scope);
  if (cursor !== undefined && before === undefined) {
    const expected = "a cursor from an answer to the same caller and filter";
    throw invalidRequest([{ field: "cursor", expected, came: describe(cursor) }]);
  }
  const { jobs, next } = await store.listOwned(owner, { state, type, before, limit });
  const body: JobList = {
    jobs: jobs.map(summarizeJob),
    ...(next === undefined ? {} : { cursor: writeCursor(next, scope) }),
  };
  return { status: 200, body };
}
