import { AwsError } from "../aws-error.ts";
import type { Message, MessageState } from "./message.ts";
import { invalidParameter } from "./parameter-errors.ts";
import { longestVisibilitySeconds } from "./queue-attributes.ts";

/** When a message would become visible again, if it may be hidden for so long: the limit counts from its last receive. */
export function visibleAgainAt(
  message: Message,
  state: MessageState | undefined,
  seconds: number,
  now: number,
): number {
  if (state !== "in-flight" || message.lastReceivedAt === undefined) {
    throw new AwsError("MessageNotInflight", `The message ${message.id} is not in flight: it is visible again.`);
  }
  const time = now + seconds * 1000;
  if (time > message.lastReceivedAt + longestVisibilitySeconds * 1000) {
    throw invalidParameter(
      seconds,
      "VisibilityTimeout",
      `Total VisibilityTimeout for the message is beyond the limit [${longestVisibilitySeconds} seconds]`,
    );
  }
  return time;
}
