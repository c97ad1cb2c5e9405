import { randomUUID } from "node:crypto";
import type { Clock } from "../../runtime/clock.ts";
import { AwsError } from "../aws-error.ts";
import {
  type Message,
  type MessageState,
  newMessage,
  type OutgoingMessage,
  type PlacedMessage,
  type QueueEventKind,
} from "./message.ts";
import { MessageStore } from "./message-store.ts";
import { invalidParameter } from "./parse-input.ts";
import { type QueueAttributes, type QueueSettings, readSettings } from "./queue-attributes.ts";
import { type Receipt, readReceiptHandle, receiptOf, visibleAgainAt } from "./receipt.ts";
import { acceptsDeadLettersOf } from "./redrive-policy.ts";
import { SentIds } from "./sent-ids.ts";
import { type ReceiveRequest, WaitingReceives } from "./waiting-receives.ts";
import { WakeUp } from "./wake-up.ts";

/** The name, ARN and URL of a queue. */
export interface QueueIdentity {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
}

/** The dependencies of a queue. */
export interface QueueSurroundings {
  readonly clock: Clock;
  readonly maxInFlight: number;
  findByArn(arn: string): Queue | undefined;
  publish(kind: QueueEventKind, queue: Queue, messageId: string): void;
}

/** A standard or FIFO queue. Every call first applies what is due by the clock, so the result does not depend on timers. */
export class Queue {
  /** Distinguishes it from an earlier queue of the same name. */
  readonly id = randomUUID();
  readonly identity: QueueIdentity;
  readonly createdAt: number;
  readonly #around: QueueSurroundings;
  readonly #store: MessageStore;
  readonly #sent = new SentIds();
  readonly #waiting: WaitingReceives;
  readonly #wakeUp: WakeUp;
  #attributes: QueueAttributes;
  #settings: QueueSettings;
  #modifiedAt: number;
  #isServing = false;
  #isClosed = false;

  constructor(identity: QueueIdentity, attributes: QueueAttributes, around: QueueSurroundings) {
    this.identity = identity;
    this.#around = around;
    this.#attributes = attributes;
    this.#settings = readSettings(attributes);
    this.#store = new MessageStore(this.#settings);
    this.createdAt = around.clock.now();
    this.#modifiedAt = this.createdAt;
    this.#waiting = new WaitingReceives(around.clock);
    this.#wakeUp = new WakeUp(around.clock, () => this.#refresh());
  }

  get attributes(): QueueAttributes {
    return this.#attributes;
  }

  get settings(): QueueSettings {
    return this.#settings;
  }

  get modifiedAt(): number {
    return this.#modifiedAt;
  }

  setAttributes(attributes: QueueAttributes): void {
    this.#attributes = attributes;
    this.#settings = readSettings(attributes);
    this.#modifiedAt = this.#around.clock.now();
    this.#refresh();
  }

  send(outgoing: OutgoingMessage): Message {
    this.#refresh();
    const now = this.#around.clock.now();
    const earlier = this.#sent.find(outgoing.content, this.#settings, now);
    if (earlier) return earlier;
    const message = newMessage(outgoing, now, this.#settings.isFifo ? this.#sent.nextSequenceNumber() : undefined);
    this.#sent.note(message, this.#settings);
    this.#store.add(message, now + (outgoing.delaySeconds ?? this.#settings.delaySeconds) * 1000);
    this.#publish("sent", message);
    this.#refresh();
    return message;
  }

  /** Receives messages, and waits for the first one if asked to. Takes nothing after the signal has aborted. */
  async receive(request: ReceiveRequest): Promise<readonly Receipt[]> {
    this.#refresh();
    if (request.signal.aborted) return [];
    const receipts = this.#take(request);
    this.#refresh();
    if (receipts.length > 0) return receipts;
    if (request.waitSeconds > 0 && !this.#isClosed) return this.#waiting.wait(request, () => this.#refresh());
    if (this.#store.count("in-flight") >= this.#around.maxInFlight && !this.#settings.isFifo) {
      throw new AwsError(
        "OverLimit",
        `The queue has ${this.#around.maxInFlight} messages in flight, the most it may.`,
        403,
      );
    }
    return [];
  }

  /** Deletes a message by its latest receipt handle. An older handle has no effect and is no error. */
  delete(handle: string): void {
    this.#refresh();
    const message = this.#receivedLastAs(handle);
    if (!message) return;
    this.#remove(message, "deleted");
    this.#refresh();
  }

  purge(): void {
    this.#refresh();
    for (const { message } of this.#store.all()) this.#remove(message, "deleted");
    this.#refresh();
  }

  /** Hides a message in flight for that many seconds from now; 0 makes it visible at once. */
  changeVisibility(handle: string, seconds: number): void {
    this.#refresh();
    const message = this.#receivedLastAs(handle);
    if (!message) {
      throw invalidParameter(
        handle,
        "ReceiptHandle",
        "Message does not exist or is not available for visibility timeout change.",
      );
    }
    const state = this.#store.stateOf(message);
    this.#store.hide(message, visibleAgainAt(message, state, seconds, this.#around.clock.now()));
    this.#refresh();
  }

  count(state: MessageState): number {
    this.#refresh();
    return this.#store.count(state);
  }

  /** Ordered by arrival. */
  messages(): PlacedMessage[] {
    this.#refresh();
    return this.#store.all();
  }

  get oldest(): Message | undefined {
    this.#refresh();
    return this.#store.oldest;
  }

  /** Ends all long polls. No timer is set afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#wakeUp.cancel();
    this.#waiting.endAll();
  }

  #receivedLastAs(handle: string): Message | undefined {
    const { messageId, receiveCount } = readReceiptHandle(handle, this.id);
    const message = this.#store.get(messageId);
    return message?.receiveCount === receiveCount ? message : undefined;
  }

  #refresh(): void {
    this.#catchUp();
    this.#serve();
    if (!this.#isClosed) this.#wakeUp.armFor(this.#store.nextDue(this.#settings.retentionSeconds * 1000));
  }

  #catchUp(): void {
    const now = this.#around.clock.now();
    for (const message of this.#store.expire(now - this.#settings.retentionSeconds * 1000)) {
      this.#publish("expired", message);
    }
    for (const message of this.#store.reveal(now)) this.#publish("visible-again", message);
  }

  #serve(): void {
    // A listener or a dead-letter queue can call this again while it runs; the loop then sees the change.
    if (this.#isServing) return;
    this.#isServing = true;
    try {
      for (let waiting = this.#waiting.first; waiting; waiting = this.#waiting.first) {
        const receipts = this.#take(waiting.request);
        if (receipts.length === 0) break;
        waiting.answer(receipts);
        this.#catchUp();
      }
    } finally {
      this.#isServing = false;
    }
  }

  #take(request: ReceiveRequest): Receipt[] {
    const receipts: Receipt[] = [];
    let before: Message | undefined;
    while (receipts.length < request.most && this.#store.count("in-flight") < this.#around.maxInFlight) {
      const message = this.#store.firstVisible(before);
      if (!message) break;
      const deadLetterQueue = this.#deadLetterQueueFor(message);
      if (deadLetterQueue) this.#giveUp(message, deadLetterQueue);
      else {
        receipts.push(this.#receive(message, request.visibilitySeconds));
        before = message;
      }
    }
    return receipts;
  }

  #receive(message: Message, visibilitySeconds: number): Receipt {
    const now = this.#around.clock.now();
    const receipt = receiptOf(message, this.id, now);
    this.#store.hide(message, now + visibilitySeconds * 1000);
    this.#publish("received", message);
    return receipt;
  }

  /** A message without a dead-letter queue that accepts it stays in the queue. */
  #deadLetterQueueFor(message: Message): Queue | undefined {
    const policy = this.#settings.redrivePolicy;
    if (!policy || message.receivesHere < policy.maxReceiveCount) return undefined;
    const queue = this.#around.findByArn(policy.deadLetterTargetArn);
    return queue && acceptsDeadLettersOf(queue.settings.redriveAllowPolicy, this.identity.arn) ? queue : undefined;
  }

  #giveUp(message: Message, deadLetterQueue: Queue): void {
    this.#remove(message, "moved-to-dead-letter");
    deadLetterQueue.#accept({
      ...message,
      arrivedAt: this.#around.clock.now(),
      deadLetterSourceArn: this.identity.arn,
      receivesHere: 0,
      lastReceivedAt: undefined,
    });
  }

  #accept(message: Message): void {
    this.#store.add(message, message.arrivedAt);
    this.#refresh();
  }

  #remove(message: Message, kind: QueueEventKind): void {
    this.#store.remove(message);
    this.#publish(kind, message);
  }

  #publish(kind: QueueEventKind, message: Message): void {
    this.#around.publish(kind, this, message.id);
  }
}
