import { Heap, type HeapEntry } from "./heap.ts";
import type { Message, MessageState, PlacedMessage } from "./message.ts";
import { VisibleMessages } from "./visible-messages.ts";

/**
 * In a standard queue, from its third receive on, a returning message goes to the end of the queue; before that, to its old place.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const receivesUntilLast = 3;

interface Placement {
  readonly message: Message;
  readonly ageEntry: HeapEntry<Message>;
  state: MessageState;
  entry: HeapEntry<Message>;
  /** Place in the queue. Kept while in flight, so that a returned message is not behind all others. */
  turn: number;
}

/** The messages of one queue and their states. It contains no clock. */
export class MessageStore {
  readonly #placements = new Map<string, Placement>();
  readonly #byAge = new Heap<Message>();
  /** Visible messages by turn, others by the time at which they become visible. */
  readonly #byState = {
    visible: new VisibleMessages(),
    "in-flight": new Heap<Message>(),
    delayed: new Heap<Message>(),
  } satisfies Record<MessageState, Heap<Message> | VisibleMessages>;
  /** In-flight messages of each group that has some. */
  readonly #inFlightOf = new Map<string, number>();
  readonly #isFifo: boolean;
  #turns = 0;

  constructor({ isFifo }: { isFifo: boolean }) {
    this.#isFifo = isFifo;
  }

  add(message: Message, visibleAt: number): void {
    const isDelayed = visibleAt > message.arrivedAt;
    const state = isDelayed ? "delayed" : "visible";
    const turn = isDelayed ? 0 : ++this.#turns;
    this.#placements.set(message.id, {
      message,
      ageEntry: this.#byAge.add(message.sentAt, message),
      state,
      entry: this.#byState[state].add(isDelayed ? visibleAt : turn, message),
      turn,
    });
  }

  get(id: string): Message | undefined {
    return this.#placements.get(id)?.message;
  }

  stateOf(message: Message): MessageState | undefined {
    return this.#placements.get(message.id)?.state;
  }

  count(state: MessageState): number {
    return this.#byState[state].size;
  }

  /**
   * The message that the next receive gets.
   * @param before the message that the same receive got before it
   */
  firstVisible(before: Message | undefined): Message | undefined {
    const { visible } = this.#byState;
    const inFlight = { total: this.count("in-flight"), of: (groupId: string) => this.#inFlightOf.get(groupId) ?? 0 };
    return this.#isFifo ? visible.firstInOrder(inFlight, before?.content.groupId) : visible.first(inFlight);
  }

  /** The message that arrived first. */
  get oldest(): Message | undefined {
    for (const { message } of this.#placements.values()) return message;
    return undefined;
  }

  hide(message: Message, until: number): void {
    this.#place(this.#placementOf(message), "in-flight", until);
  }

  remove(message: Message): void {
    const placement = this.#placementOf(message);
    this.#takeOut(placement);
    this.#byAge.remove(placement.ageEntry);
    this.#placements.delete(message.id);
  }

  /** Makes due messages visible. Returns those that were in flight. */
  reveal(now: number): Message[] {
    for (const { value: message } of due(this.#byState.delayed, now)) this.#showLast(this.#placementOf(message));
    const returned: Message[] = [];
    for (const { value: message } of due(this.#byState["in-flight"], now)) {
      const placement = this.#placementOf(message);
      if (message.receivesHere >= receivesUntilLast && !this.#isFifo) this.#showLast(placement);
      else this.#place(placement, "visible", placement.turn);
      returned.push(message);
    }
    return returned;
  }

  /** Removes and returns the messages sent at or before that time. */
  expire(sentAt: number): Message[] {
    const expired: Message[] = [];
    for (const { value } of due(this.#byAge, sentAt)) {
      this.remove(value);
      expired.push(value);
    }
    return expired;
  }

  /** The time of the next change without a call. */
  nextDue(retentionMilliseconds: number): number | undefined {
    const oldest = this.#byAge.first;
    if (!oldest) return undefined;
    return Math.min(
      oldest.key + retentionMilliseconds,
      this.#byState["in-flight"].first?.key ?? Number.POSITIVE_INFINITY,
      this.#byState.delayed.first?.key ?? Number.POSITIVE_INFINITY,
    );
  }

  /** Ordered by arrival. */
  all(): PlacedMessage[] {
    return [...this.#placements.values()].map(({ message, state }) => ({ message, state }));
  }

  #placementOf(message: Message): Placement {
    const placement = this.#placements.get(message.id);
    if (!placement) throw new Error(`The queue holds no message ${message.id}.`);
    return placement;
  }

  #showLast(placement: Placement): void {
    placement.turn = ++this.#turns;
    this.#place(placement, "visible", placement.turn);
  }

  #place(placement: Placement, state: MessageState, key: number): void {
    this.#takeOut(placement);
    placement.state = state;
    placement.entry = this.#byState[state].add(key, placement.message);
    if (state === "in-flight") this.#countInFlight(placement, 1);
  }

  #takeOut(placement: Placement): void {
    this.#byState[placement.state].remove(placement.entry);
    if (placement.state === "in-flight") this.#countInFlight(placement, -1);
  }

  #countInFlight({ message }: Placement, change: 1 | -1): void {
    const { groupId } = message.content;
    if (groupId === undefined) return;
    const count = (this.#inFlightOf.get(groupId) ?? 0) + change;
    if (count === 0) this.#inFlightOf.delete(groupId);
    else this.#inFlightOf.set(groupId, count);
  }
}

/** The consumer must remove each entry from the heap. */
function* due<T>(heap: Heap<T>, time: number): Generator<HeapEntry<T>> {
  for (let first = heap.first; first && first.key <= time; first = heap.first) yield first;
}
