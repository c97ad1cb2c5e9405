import type { Clock } from "../../runtime/clock.ts";
import { unsupported } from "../aws-error.ts";
import type { SqsContext } from "./action.ts";
import type { MessageState, QueueEvent } from "./message.ts";
import type { MessageAttributes } from "./message-attributes.ts";
import { QueueRegistry } from "./queue-registry.ts";
import { actions } from "./router.ts";

export interface SqsOptions {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  /** The API's endpoint, with which queue URLs begin. */
  readonly endpoint: string;
  /** Default: AWS's limit. */
  readonly maxInFlight?: number;
}

/** Message counts of a queue. */
export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Since the oldest message arrived in this queue, in any state; 0 in an empty queue. */
  readonly oldestAgeSeconds: number;
}

/** A message in a queue, in any state. */
export interface PeekedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly state: MessageState;
  readonly sentAt: number;
  readonly receiveCount: number;
  readonly deadLetterSourceArn: string | undefined;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const maxInFlightOnAws = 120_000;

/** SQS's standard and FIFO queues, in memory and on the given clock. */
export class Sqs {
  readonly #context: SqsContext;
  readonly #listeners = new Set<(event: QueueEvent) => void>();

  constructor({ clock, region, accountId, endpoint, maxInFlight = maxInFlightOnAws }: SqsOptions) {
    const queues = new QueueRegistry(
      { region, accountId, endpoint },
      {
        clock,
        maxInFlight,
        publish: (kind, queue, messageId) => {
          if (this.#listeners.size === 0) return;
          const event = { kind, queueName: queue.identity.name, messageId, at: clock.now() };
          for (const listener of this.#listeners) listener(event);
        },
      },
    );
    this.#context = { clock, accountId, queues };
  }

  /** Answers one call of the AWS JSON 1.0 protocol. The signal aborts when the client disconnects. */
  async handle(action: string, input: unknown, signal: AbortSignal): Promise<object> {
    const perform = actions[action];
    if (!perform) throw unsupported("SQS", action);
    return perform(this.#context, input, signal);
  }

  names(): string[] {
    return this.#context.queues.all().map(({ identity }) => identity.name);
  }

  counts(queueUrlOrName: string): QueueCounts {
    const queue = this.#context.queues.get(queueUrlOrName);
    const arrivedAt = queue.oldest?.arrivedAt;
    return {
      visible: queue.count("visible"),
      inFlight: queue.count("in-flight"),
      delayed: queue.count("delayed"),
      oldestAgeSeconds: arrivedAt === undefined ? 0 : (this.#context.clock.now() - arrivedAt) / 1000,
    };
  }

  /** All messages, ordered by arrival, without receiving them. */
  peek(queueUrlOrName: string): readonly PeekedMessage[] {
    const queue = this.#context.queues.get(queueUrlOrName);
    return queue.messages().map(({ message, state }) => ({
      messageId: message.id,
      body: message.content.body,
      attributes: message.content.attributes,
      state,
      sentAt: message.sentAt,
      receiveCount: message.receiveCount,
      deadLetterSourceArn: message.deadLetterSourceArn,
    }));
  }

  /** Calls the listener for every event, until the returned function is called. */
  subscribe(listener: (event: QueueEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends all long polls. No timer is set afterwards. */
  close(): void {
    this.#context.queues.close();
  }
}
