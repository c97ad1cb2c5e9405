import { Heap, type HeapEntry } from "./heap.ts";
import type { Message, MessageState } from "./message.ts";

/**
 * From its third receive on, a message that comes back goes to the end of the queue; before, to where it was.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const receivesUntilLast = 3;

interface Placement {
  readonly message: Message;
  state: MessageState;
  entry: HeapEntry<Placement>;
  readonly ageEntry: HeapEntry<Message>;
  /** Kept while in flight, so that a message handed back is not behind all others. */
  turn: number;
}

/** The messages of one queue and where each is; decides nothing and knows no clock. */
export class MessageStore {
  readonly #placements = new Map<string, Placement>();
  readonly #byAge = new Heap<Message>();
  /** Visible ones by turn, the others by the time at which they become visible. */
  readonly #byState = {
    visible: new Heap<Placement>(),
    "in-flight": new Heap<Placement>(),
    delayed: new Heap<Placement>(),
  } satisfies Record<MessageState, Heap<Placement>>;
  #turns = 0;

  add(message: Message, visibleAt: number): void {
    const isDelayed = visibleAt > message.arrivedAt;
    const state = isDelayed ? "delayed" : "visible";
    const turn = isDelayed ? 0 : ++this.#turns;
    const ageEntry = this.#byAge.add(message.sentAt, message);
    const placement = { message, state, turn, ageEntry } as Placement;
    placement.entry = this.#byState[state].add(isDelayed ? visibleAt : turn, placement);
    this.#placements.set(message.id, placement);
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

  get firstVisible(): Message | undefined {
    return this.#byState.visible.first?.value.message;
  }

  hide(message: Message, until: number): void {
    this.#place(this.#placementOf(message), "in-flight", until);
  }

  remove(message: Message): void {
    const placement = this.#placementOf(message);
    this.#byState[placement.state].remove(placement.entry);
    this.#byAge.remove(placement.ageEntry);
    this.#placements.delete(message.id);
  }

  /** Makes visible what is due, and returns those of it that had been in flight. */
  reveal(now: number): Message[] {
    for (const { value } of due(this.#byState.delayed, now)) {
      value.turn = ++this.#turns;
      this.#place(value, "visible", value.turn);
    }
    const returned: Message[] = [];
    for (const { value } of due(this.#byState["in-flight"], now)) {
      if (value.message.receivesHere >= receivesUntilLast) value.turn = ++this.#turns;
      this.#place(value, "visible", value.turn);
      returned.push(value.message);
    }
    return returned;
  }

  /** Takes out, and returns, what was sent at or before that time. */
  expire(sentAt: number): Message[] {
    const expired: Message[] = [];
    for (const { value } of due(this.#byAge, sentAt)) {
      this.remove(value);
      expired.push(value);
    }
    return expired;
  }

  /** When something happens next by itself. */
  nextDue(retentionMilliseconds: number): number | undefined {
    const oldest = this.#byAge.first;
    if (!oldest) return undefined;
    return Math.min(
      oldest.key + retentionMilliseconds,
      this.#byState["in-flight"].first?.key ?? Number.POSITIVE_INFINITY,
      this.#byState.delayed.first?.key ?? Number.POSITIVE_INFINITY,
    );
  }

  /** In the order of their arrival. */
  *all(): Generator<Message> {
    for (const { message } of this.#placements.values()) yield message;
  }

  #placementOf(message: Message): Placement {
    const placement = this.#placements.get(message.id);
    if (!placement) throw new Error(`The queue holds no message ${message.id}.`);
    return placement;
  }

  #place(placement: Placement, state: MessageState, key: number): void {
    this.#byState[placement.state].remove(placement.entry);
    placement.state = state;
    placement.entry = this.#byState[state].add(key, placement);
  }
}

/** Whoever walks through takes each entry out of the heap. */
function* due<T>(heap: Heap<T>, time: number): Generator<HeapEntry<T>> {
  for (let first = heap.first; first && first.key <= time; first = heap.first) yield first;
}
