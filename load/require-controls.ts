import type { JobClient } from "../client/job-client.ts";
import { testControlsMark } from "../contract/http.ts";
import type { Json } from "../contract/job.ts";
import { AppError } from "../runtime/errors.ts";
import type { PlannedRequest } from "./plan.ts";

/**
 * Refuses a plan with service times for a stack whose echo jobs do not sleep: all its jobs would end at once.
 * @throws AppError `no-controls`
 */
export async function requireControls(
  client: Pick<JobClient, "apiDocument">,
  requests: readonly PlannedRequest[],
  signal?: AbortSignal,
): Promise<void> {
  if (!requests.some(({ jobs }) => jobs.some(hasServiceTime))) return;
  const document = await client.apiDocument({ signal });
  if (JSON.stringify(document).includes(`"${testControlsMark}":true`)) return;
  throw new AppError(
    "no-controls",
    "Expected a stack whose echo jobs run as long as the load test asks (sluice:testControls true); this stack has it off. " +
      "Run pulumi config set sluice:testControls true and npm run up, or send jobs without run times (--work 0).",
  );
}

function hasServiceTime({ type, payload }: { type: string; payload: Json }): boolean {
  return type === "echo" && typeof payload === "object" && payload !== null && "sleepMs" in payload;
}
