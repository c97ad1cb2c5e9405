import { type JobReply, jobReplySchema } from "../contract/job-reply.ts";
import { AppError, asError } from "../runtime/errors.ts";

/**
 * Reads a message of a reply queue. A reply may come twice; its id tells. Numbers that JavaScript does not have are rounded; the
 * message's text has them exactly.
 * @throws AppError `no-reply` if the text is no reply
 */
export function readReply(body: string): JobReply {
  try {
    return jobReplySchema.parse(JSON.parse(body));
  } catch (cause) {
    throw new AppError("no-reply", `Expected the reply to a job; ${asError(cause).message}`, { cause });
  }
}
