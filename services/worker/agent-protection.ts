import * as z from "zod";
import type { Clock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import { jsonOrUndefined } from "../../runtime/json-or-undefined.ts";
import { protectionMinutes, type TaskProtectionDeps } from "./task-protection.ts";

/**
 * Sets the task's scale-in protection through the ECS agent's endpoint.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
 */
export function createAgentProtection(agentUri: string, clock: Clock): TaskProtectionDeps["setProtected"] {
  return async (isProtected) => {
    const tooLate = new AbortController();
    const cancel = clock.after(timeoutMilliseconds, () =>
      tooLate.abort(
        new AppError("too-late", `Expected the ECS agent to answer within ${timeoutMilliseconds} ms; it did not.`),
      ),
    );
    try {
      const response = await fetch(`${agentUri}/task-protection/v1/state`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(
          isProtected ? { ProtectionEnabled: true, ExpiresInMinutes: protectionMinutes } : { ProtectionEnabled: false },
        ),
        signal: tooLate.signal,
      });
      checkAnswer(await response.text(), response.status, isProtected);
    } finally {
      cancel();
    }
  };
}

/** Short, because a task that becomes busy claims no job before the answer. */
const timeoutMilliseconds = 2_000;

const answerSchema = z.object({ protection: z.object({ ProtectionEnabled: z.boolean() }) });

const failureSchema = z.object({ failure: z.object({ Reason: z.literal("DEPLOYMENT_BLOCKED") }) });

/** The body decides: a refusal such as DEPLOYMENT_BLOCKED may come with status 200. */
function checkAnswer(body: string, status: number, isProtected: boolean): void {
  const json = jsonOrUndefined(body);
  const answer = answerSchema.safeParse(json);
  if (answer.data?.protection.ProtectionEnabled === isProtected) return;
  const isBlocked = failureSchema.safeParse(json).success;
  const code = isBlocked ? "deployment-blocked" : "protection";
  throw new AppError(
    code,
    `Expected the ECS agent to set ProtectionEnabled to ${isProtected}; came status ${status}, body ${body.slice(0, 500)}`,
  );
}
