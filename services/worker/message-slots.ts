import { clamp } from "../../runtime/arithmetic.ts";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { JobQueue, MessageSource, ReceivedMessage } from "../jobs/ports.ts";

export interface SlotDeps {
  /** The queues to receive from. */
  sources: readonly MessageSource[];
  queue: Pick<JobQueue, "defer">;
  clock: Clock;
  log: Log;
  /** Messages to process at once. */
  slots: number;
  /** Visibility timeout of a received message. */
  leaseMilliseconds: number;
  /** True while no message may be received or started, so that ECS can stop the task. */
  isResting(): boolean;
  /** Processes a message to its end; never rejects. */
  process(received: ReceivedMessage): Promise<void>;
}

/** A message that waits for a slot. */
interface HeldMessage {
  source: MessageSource;
  received: ReceivedMessage;
}

/**
 * The slots of a worker, and a few messages that it receives early, so that a free slot need not wait for a receive. A message
 * that waits here could run in another worker. So the worker receives early only while the queue is long, and only as many
 * messages as its slots will start within `longestWaitMilliseconds` at their recent pace. With several queues, it also holds one
 * message of a short queue while no slot is free. A message that waits longer than
 * `mostHeldMilliseconds`, or that the worker may no longer start, goes back to the queue.
 */
export class MessageSlots {
  readonly #deps: SlotDeps;
  readonly #stop: AbortSignal;
  readonly #running = new Set<Promise<void>>();
  readonly #held: HeldMessage[] = [];
  readonly #givenBack = new Set<Promise<void>>();
  /** When the latest messages ended and how long each took, the newest last. */
  readonly #ended: { at: number; milliseconds: number }[] = [];
  /** Sources whose latest receive returned more than half of the messages that it asked for. */
  readonly #long = new Set<MessageSource>();
  #change = Promise.withResolvers<void>();

  constructor(deps: SlotDeps, stop: AbortSignal) {
    this.#deps = deps;
    this.#stop = stop;
    stop.addEventListener("abort", () => {
      this.#giveBack(this.#held.splice(0));
      this.#tell();
    });
  }

  get free(): number {
    return this.#deps.slots - this.#running.size;
  }

  /** Messages to receive from the source now; 0 if there is no need. */
  wanted(source: MessageSource): number {
    const { sources } = this.#deps;
    const pace = this.#allowedEarly();
    const early = this.#long.has(source) && !source.onlyForFreeSlots ? pace : 0;
    const room = early - this.#held.length;
    if (this.free > 0) return Math.min(mostAtOnce, this.free + room);
    // No slot is free, and held messages of another source would get the next free slots. So hold one message of this source too. Only
    // one: if this source has a type with a limit, the worker may have only one permit.
    if (early === 0 && sources.length > 1)
      return this.#held.some((held) => held.source === source) ? 0 : Math.min(1, pace);
    // Wait until ten messages, or all that are allowed, have room: a receive costs the same for one as for ten.
    return room >= Math.min(mostAtOnce, early) ? Math.min(mostAtOnce, room) : 0;
  }

  /** Starts messages in the free slots and keeps the rest for the next ones. */
  take(source: MessageSource, received: readonly ReceivedMessage[], wanted: number): void {
    if (received.length * 2 > wanted) this.#long.add(source);
    else this.#long.delete(source);
    this.#held.push(...received.map((message) => ({ source, received: message })));
    this.#start();
    const late = this.#held.slice(-received.length);
    if (received.length === 0 || late.length === 0) return;
    const { clock, leaseMilliseconds } = this.#deps;
    clock.after(Math.min(mostHeldMilliseconds, leaseMilliseconds / 4), () => this.#giveBackLate(new Set(late)));
  }

  /** Resolves when a message has ended or `stop` aborts. */
  changed(): Promise<void> {
    return this.#change.promise;
  }

  /** Resolves when all messages have been processed or given back. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    await Promise.all(this.#givenBack);
  }

  #start(): void {
    if (this.#held.length > 0 && (this.#stop.aborted || this.#deps.isResting())) this.#giveBack(this.#held.splice(0));
    for (const { received } of this.#held.splice(0, this.free)) this.#run(received);
  }

  #run(received: ReceivedMessage): void {
    const { clock, process } = this.#deps;
    const begunAt = clock.now();
    const running = process(received).then(() => {
      this.#running.delete(running);
      this.#ended.push({ at: clock.now(), milliseconds: clock.now() - begunAt });
      if (this.#ended.length > mostHeld) this.#ended.shift();
      this.#start();
      this.#tell();
    });
    this.#running.add(running);
  }

  #allowedEarly(): number {
    const since = this.#deps.clock.now() - longestWaitMilliseconds;
    const lately = this.#ended.filter(({ at }) => at >= since);
    if (lately.length === 0) return 0;
    const busy = this.#ended.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / this.#ended.length;
    // The lower of two estimates. `busy` alone would allow early messages while long jobs occupy all slots; the number of recent
    // ends alone would allow too many when jobs of equal length have just ended together.
    const byDuration = Math.floor((this.#deps.slots * longestWaitMilliseconds) / Math.max(1, busy));
    return clamp(byDuration, 0, lately.length);
  }

  #giveBackLate(late: ReadonlySet<HeldMessage>): void {
    const waiting = this.#held.filter((held) => late.has(held));
    if (waiting.length === 0) return;
    this.#long.clear();
    this.#held.splice(0, this.#held.length, ...this.#held.filter((held) => !late.has(held)));
    this.#giveBack(waiting);
  }

  #giveBack(messages: readonly HeldMessage[]): void {
    for (const { received } of messages) {
      const call = this.#defer(received).finally(() => this.#givenBack.delete(call));
      this.#givenBack.add(call);
    }
  }

  async #defer(received: ReceivedMessage): Promise<void> {
    const { queue, log } = this.#deps;
    try {
      await queue.defer(received, 0);
    } catch (error) {
      const { messageId } = received;
      log.warn(
        { err: asError(error), messageId },
        "could not return a message that was not started; it becomes visible after its visibility timeout",
      );
    }
  }

  #tell(): void {
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers();
    resolve();
  }
}

/** The limit of SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const mostAtOnce = 10;
/** Most messages that are received early: `#allowedEarly` counts no more ended messages than this. */
const mostHeld = 20;
const longestWaitMilliseconds = 100;
const mostHeldMilliseconds = 1_000;
