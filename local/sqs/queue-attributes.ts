import { AwsError } from "../aws-error.ts";
import {
  type RedriveAllowPolicy,
  type RedrivePolicy,
  readRedriveAllowPolicy,
  readRedrivePolicy,
} from "./redrive-policy.ts";

/** The settable attributes of a queue, as texts under AWS's names. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** The parsed attributes. */
export interface QueueSettings {
  readonly delaySeconds: number;
  readonly mostMessageBytes: number;
  readonly retentionSeconds: number;
  readonly receiveWaitSeconds: number;
  readonly visibilitySeconds: number;
  readonly isFifo: boolean;
  /** Of a FIFO queue: a deduplication id counts for the whole queue or for its message group. */
  readonly deduplicationScope: "queue" | "messageGroup";
  readonly redrivePolicy: RedrivePolicy | undefined;
  readonly redriveAllowPolicy: RedriveAllowPolicy | undefined;
}

/**
 * SQS's size limit for a message:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const mostBytes = 1_048_576;

/** SQS's limit for a visibility timeout, including all extensions of one receive. */
export const longestVisibilitySeconds = 43_200;

export const longestWaitSeconds = 20;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const settable: Record<string, { initially?: string; check(value: string): boolean }> = {
  DelaySeconds: { initially: "0", check: isIntegerWithin(0, 900) },
  MaximumMessageSize: { initially: String(mostBytes), check: isIntegerWithin(1024, mostBytes) },
  MessageRetentionPeriod: { initially: "345600", check: isIntegerWithin(60, 1_209_600) },
  ReceiveMessageWaitTimeSeconds: { initially: "0", check: isIntegerWithin(0, longestWaitSeconds) },
  VisibilityTimeout: { initially: "30", check: isIntegerWithin(0, longestVisibilitySeconds) },
  RedrivePolicy: { check: (value) => value === "" || readRedrivePolicy(value) !== undefined },
  RedriveAllowPolicy: { check: (value) => value === "" || readRedriveAllowPolicy(value) !== undefined },
  FifoQueue: { check: (value) => value === "true" },
  // Without deduplication by content, which Sluice does not use.
  ContentBasedDeduplication: { check: (value) => value === "false" },
  DeduplicationScope: { check: (value) => ["queue", "messageGroup"].includes(value) },
  FifoThroughputLimit: { check: (value) => ["perQueue", "perMessageGroupId"].includes(value) },
};

const ofFifoQueues = ["ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"];

export const settableAttributeNames: readonly string[] = Object.keys(settable);

export const initialAttributes: QueueAttributes = Object.fromEntries(
  Object.entries(settable).flatMap(([name, { initially }]) => (initially === undefined ? [] : [[name, initially]])),
);

/** Applies changes to the attributes. An empty value removes an attribute. */
export function changeAttributes(current: QueueAttributes, changes: QueueAttributes): QueueAttributes {
  for (const [name, value] of Object.entries(changes)) {
    const attribute = settable[name];
    if (!attribute) throw unknownAttribute(name);
    if (!attribute.check(value)) {
      throw new AwsError("InvalidAttributeValue", `Invalid value for the parameter ${name}: "${value}".`);
    }
  }
  const changed = Object.fromEntries(Object.entries({ ...current, ...changes }).filter(([, value]) => value !== ""));
  checkTogether(changed);
  return changed;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
function checkTogether(attributes: QueueAttributes): void {
  const odd = attributes.FifoQueue ? undefined : ofFifoQueues.find((name) => attributes[name] !== undefined);
  if (odd !== undefined) throw unknownAttribute(odd);
  if (attributes.FifoThroughputLimit === "perMessageGroupId" && attributes.DeduplicationScope !== "messageGroup") {
    throw new AwsError(
      "InvalidAttributeValue",
      "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.",
    );
  }
}

export function readSettings(attributes: QueueAttributes): QueueSettings {
  const { RedrivePolicy, RedriveAllowPolicy } = attributes;
  return {
    delaySeconds: Number(attributes.DelaySeconds),
    mostMessageBytes: Number(attributes.MaximumMessageSize),
    retentionSeconds: Number(attributes.MessageRetentionPeriod),
    receiveWaitSeconds: Number(attributes.ReceiveMessageWaitTimeSeconds),
    visibilitySeconds: Number(attributes.VisibilityTimeout),
    isFifo: attributes.FifoQueue === "true",
    deduplicationScope: attributes.DeduplicationScope === "messageGroup" ? "messageGroup" : "queue",
    redrivePolicy: RedrivePolicy === undefined ? undefined : readRedrivePolicy(RedrivePolicy),
    redriveAllowPolicy: RedriveAllowPolicy === undefined ? undefined : readRedriveAllowPolicy(RedriveAllowPolicy),
  };
}

export function unknownAttribute(name: string): AwsError {
  return new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
}

function isIntegerWithin(least: number, most: number): (value: string) => boolean {
  return (value) => /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most;
}
