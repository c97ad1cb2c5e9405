import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { type QueryReply, queryRequestSchema } from "../../../contract/query.ts";
import type { Clock } from "../../../runtime/clock.ts";
import { withDeadline } from "../../../runtime/deadline.ts";
import type { Log } from "../../../runtime/log.ts";
import { parseJson } from "../../api/http/parse-json.ts";
import { check, problemOf } from "../../api/http/problem.ts";
import { type PresignResult, viewJob } from "../../api/http/view-job.ts";
import type { JobStore } from "../../jobs/ports.ts";

export interface FindJobsDeps {
  store: Pick<JobStore, "listOwned">;
  presignResult: PresignResult;
  clock: Clock;
  log: Log;
}

/** The query service waits 4 s for the function. */
const deadlineMilliseconds = 3_000;

export type QueryEvent = Pick<APIGatewayProxyEvent, "body" | "isBase64Encoded"> & {
  requestContext: { requestId: string };
};

/** Answers requests of the private REST API (payload format 1.0): the newest jobs of one owner, with their results. */
export function findJobs(deps: FindJobsDeps) {
  return async (event: QueryEvent): Promise<APIGatewayProxyResult> => {
    try {
      const reply = await withDeadline(deps.clock, deadlineMilliseconds, read(event, deps));
      return answer(200, "application/json", reply);
    } catch (thrown) {
      const problem = problemOf(thrown, deps.log.child({ requestId: event.requestContext.requestId }));
      return answer(problem.status, "application/problem+json", problem.body(), problem.headers());
    }
  };
}

async function read(event: QueryEvent, { store, presignResult }: FindJobsDeps): Promise<QueryReply> {
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const { user_id, limit } = check(queryRequestSchema, parseJson(bytes, { field: "body", prefix: "" }));
  const { jobs } = await store.listOwned(user_id, { limit });
  const views = await Promise.all(jobs.map((job) => viewJob(job, presignResult)));
  // Handlers' logs are for the owner only. The logs of a hundred jobs would also double the answer's size.
  return { user_id, jobs: views.map(({ log: _, ...view }) => view) };
}

function answer(
  statusCode: number,
  contentType: string,
  body: object,
  headers: Record<string, string> = {},
): APIGatewayProxyResult {
  return { statusCode, headers: { "content-type": contentType, ...headers }, body: JSON.stringify(body) };
}
