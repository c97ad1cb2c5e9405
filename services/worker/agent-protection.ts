import { z } from "zod";
import type { Clock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import { protectionMinutes, type TaskProtectionDeps } from "./task-protection.ts";

/**
 * Sets the task's protection at the ECS agent.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
 */
export function createAgentProtection(agentUri: string, clock: Clock): TaskProtectionDeps["setProtected"] {
  return async (isProtected) => {
    const tooLate = new AbortController();
    const cancel = clock.after(patienceMilliseconds, () =>
      tooLate.abort(new AppError("too-late", "No answer in time.")),
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

/** A claim waits for the answer. */
const patienceMilliseconds = 2_000;

const answerSchema = z.object({ protection: z.object({ ProtectionEnabled: z.boolean() }) });

const failureSchema = z.object({ failure: z.object({ Reason: z.literal("DEPLOYMENT_BLOCKED") }) });

/** A refusal, such as DEPLOYMENT_BLOCKED, stands in the body and may come with status 200. */
function checkAnswer(body: string, status: number, isProtected: boolean): void {
  const answer = answerSchema.safeParse(parseJson(body));
  if (answer.data?.protection.ProtectionEnabled === isProtected) return;
  const isBlocked = failureSchema.safeParse(parseJson(body)).success;
  const code = isBlocked ? "deployment-blocked" : "protection";
  throw new AppError(code, `Expected ProtectionEnabled ${isProtected}; came ${status} ${body.slice(0, 500)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is not JSON is no consent; the caller quotes it.
    return undefined;
  }
}
