import { asError } from "../runtime/errors.ts";
import type { Cloud } from "./cloud.ts";
import { invokeAsService } from "./resources/run-function.ts";

/** Hands an event of an AWS service to the functions of each rule whose pattern it matches. */
export async function sendEvent(cloud: Cloud, event: Readonly<Record<string, unknown>>): Promise<void> {
  const matching = [...cloud.eventRules.values()].filter(({ pattern }) => matchesPattern(pattern, event));
  const calls = matching.flatMap(({ arn: sourceArn, targetArns }) =>
    targetArns
      .filter((arn) => arn.startsWith("arn:aws:lambda:"))
      .map((arn) => invoke(cloud, arn, event, { principal: "events.amazonaws.com", sourceArn })),
  );
  await Promise.all(calls);
}

async function invoke(
  cloud: Cloud,
  functionArn: string,
  event: unknown,
  caller: { principal: string; sourceArn: string },
): Promise<void> {
  const log = (line: string) => cloud.options.onLine(`rule/${caller.sourceArn.split("/").at(-1)}`, line);
  try {
    const result = await invokeAsService(cloud, functionArn, event, caller);
    if (!result.ok) log(`${result.error.errorType}: ${result.error.errorMessage}`);
  } catch (thrown) {
    log(asError(thrown).message);
  }
}

/**
 * Tells if an event has, at each place of the pattern, one of its texts. Other conditions than texts never match here.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matchesPattern(pattern: Readonly<Record<string, unknown>>, event: unknown): boolean {
  if (typeof event !== "object" || event === null) return false;
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = (event as Record<string, unknown>)[key];
    if (!Array.isArray(wanted)) return matchesPattern(wanted as Record<string, unknown>, value);
    return [value].flat().some((one) => typeof one === "string" && wanted.includes(one));
  });
}
