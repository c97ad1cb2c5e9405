import { randomUUID } from "node:crypto";
import { limits } from "../../../contract/limits.ts";
import { type Clock, sleep } from "../../../runtime/clock.ts";
import type { QueueCounts } from "../../../runtime/queue-counts.ts";
import type { JobReference } from "../job.ts";
import { readMessageBody, writeMessageBody } from "../message-body.ts";
import type { JobQueue, ReceivedMessage } from "../ports.ts";

interface Message {
  messageId: string;
  body: string;
  groupId: string | undefined;
  visibleAt: number;
  receiveCount: number;
  /** Handle of the latest receive; older handles are outdated. */
  receiptHandle?: string;
}

export interface DeadLetter {
  body: string;
  /** Undefined when the redrive policy moved the message, which gives no reason. */
  reason: string | undefined;
}

/** The job queue in memory. It passes the same contract test as the real one. */
export class MemoryQueue implements JobQueue {
  readonly url: string;
  readonly deadLetters: DeadLetter[] = [];
  readonly #clock: Clock;
  readonly #visibilityMilliseconds: number;
  readonly #maxReceiveCount: number;
  readonly #isFifo: boolean;
  #messages: Message[] = [];
  #changed = new AbortController();

  constructor(options: {
    clock: Clock;
    visibilityMilliseconds: number;
    maxReceiveCount: number;
    url?: string;
    /** The messages of a group are received one after the other. */
    isFifo?: boolean;
  }) {
    this.url = options.url ?? "memory:jobs";
    this.#isFifo = options.isFifo ?? false;
    this.#clock = options.clock;
    this.#visibilityMilliseconds = options.visibilityMilliseconds;
    this.#maxReceiveCount = options.maxReceiveCount;
  }

  // A property rather than a method, because callers pass it as a function.
  readonly send = async (subject: JobReference, delayMilliseconds: number): Promise<void> => {
    const delay = this.#isFifo ? 0 : wholeSeconds(Math.min(delayMilliseconds, limits.queueDelaySeconds * 1000));
    this.sendBody(
      writeMessageBody(subject, this.#clock.now()),
      delay,
      subject.groupId && `${subject.owner}/${subject.groupId}`,
    );
  };

  /** Sends any text as a message body. */
  sendBody(body: string, delayMilliseconds = 0, groupId?: string): void {
    this.#messages.push({
      messageId: randomUUID(),
      body,
      groupId,
      visibleAt: this.#clock.now() + delayMilliseconds,
      receiveCount: 0,
    });
    this.#notify();
  }

  async receive(most: number, signal: AbortSignal): Promise<ReceivedMessage[]> {
    const deadline = this.#clock.now() + limits.queueWaitSeconds * 1000;
    while (!signal.aborted) {
      const received = this.#take(most);
      if (received.length > 0 || this.#clock.now() >= deadline) return received;
      const now = this.#clock.now();
      const hidden = this.#messages.map(({ visibleAt }) => visibleAt).filter((visibleAt) => visibleAt > now);
      await sleep(this.#clock, Math.min(deadline, ...hidden) - now, AbortSignal.any([signal, this.#changed.signal]));
    }
    return [];
  }

  async receiveNow(most: number): Promise<ReceivedMessage[]> {
    return this.#take(most);
  }

  async deleteBatch(received: readonly ReceivedMessage[]): Promise<ReceivedMessage[]> {
    for (const each of received) this.#delete(each);
    return [];
  }

  async extend({ receiptHandle }: ReceivedMessage, milliseconds: number): Promise<void> {
    const now = this.#clock.now();
    const message = this.#messages.find((each) => each.receiptHandle === receiptHandle && each.visibleAt > now);
    if (message === undefined) return;
    message.visibleAt = now + wholeSeconds(Math.min(milliseconds, limits.queueVisibilitySeconds * 1000));
    this.#notify();
  }

  async defer(received: ReceivedMessage, milliseconds: number): Promise<void> {
    const isNearRedrive = received.receiveCount >= this.#maxReceiveCount - 1;
    if (!isNearRedrive || received.content === undefined) return this.extend(received, milliseconds);
    await this.send(received.content, milliseconds);
    this.#delete(received);
  }

  async deadLetter(received: ReceivedMessage, reason: string): Promise<void> {
    this.deadLetters.push({ body: received.body, reason });
    this.#delete(received);
  }

  counts(): QueueCounts {
    const now = this.#clock.now();
    const hidden = this.#messages.filter(({ visibleAt }) => visibleAt > now);
    const inFlight = hidden.filter(({ receiptHandle }) => receiptHandle !== undefined).length;
    return { visible: this.#messages.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** Deletes all messages. */
  clear(): void {
    this.#messages = [];
  }

  #delete({ receiptHandle }: ReceivedMessage): void {
    this.#messages = this.#messages.filter((message) => message.receiptHandle !== receiptHandle);
    this.#notify();
  }

  #take(most: number): ReceivedMessage[] {
    const taken: ReceivedMessage[] = [];
    for (const message of this.#messages.filter(({ visibleAt }) => visibleAt <= this.#clock.now())) {
      if (taken.length === (this.#isFifo ? 1 : most)) break;
      if (this.#isFifo && this.#isBlocked(message)) continue;
      if (message.receiveCount >= this.#maxReceiveCount) this.#redrive(message);
      else taken.push(this.#hand(message));
    }
    return taken;
  }

  /** An earlier message of its group is in flight. */
  #isBlocked({ groupId }: Message): boolean {
    const now = this.#clock.now();
    return this.#messages.some((each) => each.groupId === groupId && each.visibleAt > now);
  }

  #redrive(message: Message): void {
    this.#messages = this.#messages.filter((other) => other !== message);
    this.deadLetters.push({ body: message.body, reason: undefined });
  }

  #hand(message: Message): ReceivedMessage {
    const receiptHandle = randomUUID();
    message.receiptHandle = receiptHandle;
    message.receiveCount += 1;
    message.visibleAt = this.#clock.now() + this.#visibilityMilliseconds;
    const { body, messageId, receiveCount } = message;
    return { content: readMessageBody(body), body, receiptHandle, messageId, queueUrl: this.url, receiveCount };
  }

  #notify(): void {
    const waiting = this.#changed;
    this.#changed = new AbortController();
    waiting.abort();
  }
}

/** SQS works in whole seconds. */
function wholeSeconds(milliseconds: number): number {
  return Math.max(0, Math.ceil(milliseconds / 1000) * 1000);
}
