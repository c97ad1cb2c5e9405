import { randomUUID } from "node:crypto";
import * as z from "zod";
import { type FilterPolicy, filterPolicySchema } from "../../contract/subscriber.ts";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import { AwsError, parseOrRefuse, unsupported } from "../aws-error.ts";
import { type Attributes, matchesFilter } from "./matches-filter.ts";

export const snsNamespace = "http://sns.amazonaws.com/doc/2010-03-31/";

/** A message on its way to one subscription. */
export interface Delivery {
  messageId: string;
  topicArn: string;
  subscriptionArn: string;
  subject: string | undefined;
  /** The text for the subscription's protocol. */
  text: string;
  attributes: Attributes;
  at: number;
  /** Of a FIFO topic. */
  order?: Order | undefined;
}

/** Parameters of a publish to a FIFO topic. */
interface Order {
  MessageGroupId: string;
  MessageDeduplicationId: string;
}

export interface Subscription {
  arn: string;
  topicArn: string;
  protocol: string;
  filter: FilterPolicy | undefined;
  /** Rejects when the endpoint does not take the message. */
  deliver(delivery: Delivery): Promise<void>;
  /** Takes a message that could not be delivered. */
  giveUp?: ((delivery: Delivery) => Promise<void>) | undefined;
}

export interface SnsOptions {
  clock: Clock;
  onLine(source: string, line: string): void;
}

const publishSchema = z.object({
  TopicArn: z.string(),
  Subject: z
    .string()
    .regex(/^[\x20-\x7e]{1,99}$/, "expected fewer than 100 ASCII characters")
    .optional(),
  Message: z.string().min(1),
  MessageStructure: z.literal("json").optional(),
  MessageGroupId: z.string().min(1).max(128).optional(),
  MessageDeduplicationId: z.string().min(1).max(128).optional(),
  MessageAttributes: z
    .object({
      entry: z.record(
        z.string(),
        z.object({
          Name: z.string(),
          Value: z.object({ DataType: z.literal("String"), StringValue: z.string().min(1) }),
        }),
      ),
    })
    .optional(),
});

const textsSchema = z
  .record(z.string(), z.string())
  .refine((texts) => texts.default !== undefined, "expected a default");

/** SNS's topics, in memory. As on AWS, a publish returns once the message is accepted, and deliveries follow. */
export class Sns {
  readonly #options: SnsOptions;
  readonly #subscriptions = new Map<string, Subscription[]>();
  readonly #closing = new AbortController();
  readonly #open = new Set<Promise<void>>();

  constructor(options: SnsOptions) {
    this.#options = options;
  }

  createTopic(arn: string): void {
    this.#subscriptions.set(arn, []);
  }

  subscribe(subscription: Subscription): void {
    this.#at(subscription.topicArn).push(subscription);
  }

  async handle(action: string, input: unknown): Promise<object> {
    if (action !== "Publish") throw unsupported("SNS", action);
    const request = parseOrRefuse(publishSchema, input, "InvalidParameter");
    const { TopicArn, Subject, Message, MessageStructure, MessageAttributes } = request;
    const texts =
      MessageStructure === "json"
        ? parseOrRefuse(textsSchema, parsed(Message), "InvalidParameter")
        : { default: Message };
    const entries = Object.values(MessageAttributes?.entry ?? {});
    const attributes = Object.fromEntries(entries.map(({ Name, Value }) => [Name, Value.StringValue]));
    return { MessageId: this.publish(TopicArn, texts, Subject, attributes, orderOf(request)) };
  }

  /** `texts` has a default text, and other texts by protocol. Returns the message's id. */
  publish(
    topicArn: string,
    texts: Readonly<Record<string, string>>,
    subject: string | undefined,
    attributes: Attributes,
    order?: Order,
  ): string {
    const messageId = randomUUID();
    for (const subscription of this.#at(topicArn)) {
      const { filter, protocol, arn } = subscription;
      if (filter !== undefined && !matchesFilter(filter, attributes)) continue;
      const text = texts[protocol] ?? texts.default ?? "";
      const at = this.#options.clock.now();
      this.#send(subscription, { messageId, topicArn, subscriptionArn: arn, subject, text, attributes, at, order });
    }
    return messageId;
  }

  /** Aborts when the topics close; deliveries then do not wait for another try. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Resolves when no delivery is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#open);
  }

  #send(subscription: Subscription, delivery: Delivery): void {
    const sending = deliverOrGiveUp(subscription, delivery, (line) =>
      this.#options.onLine(`topic/${delivery.topicArn.split(":").at(-1)}`, line),
    );
    this.#open.add(sending);
    void sending.finally(() => this.#open.delete(sending));
  }

  #at(topicArn: string): Subscription[] {
    const found = this.#subscriptions.get(topicArn);
    if (found === undefined) throw new AwsError("NotFound", `Topic does not exist: ${topicArn}`, 404);
    return found;
  }
}

/**
 * The deduplication is left to the subscribed FIFO queues.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
function orderOf(request: z.infer<typeof publishSchema>): Order | undefined {
  const { TopicArn, MessageGroupId, MessageDeduplicationId } = request;
  if (!TopicArn.endsWith(".fifo")) return undefined;
  if (MessageGroupId !== undefined && MessageDeduplicationId !== undefined) {
    return { MessageGroupId, MessageDeduplicationId };
  }
  throw new AwsError(
    "InvalidParameter",
    "Invalid parameter: expected MessageGroupId and MessageDeduplicationId for a FIFO topic",
  );
}

async function deliverOrGiveUp(subscription: Subscription, delivery: Delivery, log: (line: string) => void) {
  try {
    await subscription.deliver(delivery);
  } catch (thrown) {
    log(`could not deliver ${delivery.messageId} to ${subscription.arn}: ${asError(thrown).message}`);
    await subscription.giveUp?.(delivery).catch((second: unknown) => log(asError(second).message));
  }
}

/** The message as queues and HTTP endpoints receive it. */
export function envelopeOf({ messageId, topicArn, subject, text, attributes, at }: Delivery): Record<string, unknown> {
  return {
    Type: "Notification",
    MessageId: messageId,
    TopicArn: topicArn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: text,
    Timestamp: new Date(at).toISOString(),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, Value]) => [name, { Type: "String", Value }]),
    ),
  };
}

/** Reads a subscription's filter policy. Conditions that Sluice's configuration does not have are refused. */
export function readFilterPolicy(text: string | undefined): FilterPolicy | undefined {
  return text === undefined ? undefined : parseOrRefuse(filterPolicySchema, parsed(text), "InvalidParameter");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError("InvalidParameter", `expected JSON; came ${text.slice(0, 100)}`);
  }
}
