import * as z from "zod";
import { jsonOrUndefined } from "../../runtime/json-or-undefined.ts";
import { invalidParameter } from "./parse-input.ts";

/** The dead-letter queue, and the number of receives before a message moves there. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** The queues that may use this one as their dead-letter queue. */
export interface RedriveAllowPolicy {
  readonly redrivePermission: "allowAll" | "denyAll" | "byQueue";
  readonly sourceQueueArns: readonly string[];
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const redrivePolicySchema = z.strictObject({
  deadLetterTargetArn: z.string({ error: "Redrive policy does not contain mandatory attribute: deadLetterTargetArn." }),
  maxReceiveCount: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000, { error: "maxReceiveCount must be a whole number from 1 to 1000." })
    .default(10),
});

const redriveAllowPolicySchema = z
  .strictObject({
    redrivePermission: z.enum(["allowAll", "denyAll", "byQueue"]),
    sourceQueueArns: z.array(z.string()).max(10).default([]),
  })
  .refine((policy) => (policy.redrivePermission === "byQueue") === policy.sourceQueueArns.length > 0, {
    error: "sourceQueueArns goes with the redrivePermission byQueue, and only with it.",
  });

export function readRedrivePolicy(text: string): RedrivePolicy {
  return readPolicy("RedrivePolicy", redrivePolicySchema, text);
}

export function readRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  return readPolicy("RedriveAllowPolicy", redriveAllowPolicySchema, text);
}

/** Whether a queue with this policy accepts dead letters of that source. Without a policy it accepts all. */
export function acceptsDeadLettersOf(policy: RedriveAllowPolicy | undefined, sourceArn: string): boolean {
  if (!policy || policy.redrivePermission === "allowAll") return true;
  return policy.redrivePermission === "byQueue" && policy.sourceQueueArns.includes(sourceArn);
}

function readPolicy<T>(name: string, schema: z.ZodType<T>, text: string): T {
  const parsed = schema.safeParse(jsonOrUndefined(text));
  if (!parsed.success) {
    throw invalidParameter(text, name, parsed.error.issues.map((issue) => issue.message).join(" "));
  }
  return parsed.data;
}
