import { Heap, type HeapEntry } from "./heap.ts";
import type { Message } from "./message.ts";

/** Visible messages of one group; without a group id, of all messages that have none. */
interface Group {
  readonly id: string | undefined;
  readonly messages: Heap<Message>;
  /** Its place among the groups, by its first message; undefined while the group is empty. */
  place: HeapEntry<Group> | undefined;
}

/** In-flight messages of a queue, by group. */
export interface InFlight {
  readonly total: number;
  of(groupId: string): number;
}

/**
 * The visible messages of a queue. Of a fair queue, messages of quiet groups are delivered first, in the order of their turns; then those of
 * noisy groups, beginning with the group that has the fewest messages in flight.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 */
export class VisibleMessages {
  readonly #groups = new Map<string | undefined, Group>();
  readonly #order = new Heap<Group>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(turn: number, message: Message): HeapEntry<Message> {
    const group = this.#groupOf(message);
    const entry = group.messages.add(turn, message);
    this.#size += 1;
    this.#replace(group);
    return entry;
  }

  remove(entry: HeapEntry<Message>): void {
    const group = this.#groupOf(entry.value);
    group.messages.remove(entry);
    this.#size -= 1;
    this.#replace(group);
    if (group.messages.size === 0) this.#groups.delete(group.id);
  }

  /** The message that the next receive from a fair queue gets. */
  first(inFlight: InFlight): Message | undefined {
    // At most nine groups have more than 10 % each.
    const { found, passed: noisy } = this.#firstGroup((group) => !isNoisy(group, inFlight));
    const messagesOf = ({ id }: Group) => (id === undefined ? 0 : inFlight.of(id));
    const chosen = found ?? noisy.sort((one, other) => messagesOf(one) - messagesOf(other))[0];
    return chosen?.messages.first?.value;
  }

  /**
   * The message that the next receive from a FIFO queue gets: the next one of the group that the same receive has begun, else the
   * first one of a group that has none in flight.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
   */
  firstInOrder(inFlight: InFlight, begunGroup: string | undefined): Message | undefined {
    const begun = begunGroup === undefined ? undefined : this.#groups.get(begunGroup)?.messages.first?.value;
    if (begun) return begun;
    const { found } = this.#firstGroup(({ id }) => id === undefined || inFlight.of(id) === 0);
    return found?.messages.first?.value;
  }

  /** The first group by turn that is admitted, and those before it. */
  #firstGroup(isAdmitted: (group: Group) => boolean): { found: Group | undefined; passed: Group[] } {
    const passed: Group[] = [];
    let group = this.#order.first?.value;
    for (; group && !isAdmitted(group); group = this.#order.first?.value) {
      passed.push(group);
      this.#takeOut(group);
    }
    for (const each of passed) this.#putIn(each);
    return { found: group, passed };
  }

  #groupOf({ content: { groupId } }: Message): Group {
    const known = this.#groups.get(groupId);
    if (known) return known;
    const group: Group = { id: groupId, messages: new Heap(), place: undefined };
    this.#groups.set(groupId, group);
    return group;
  }

  /** Puts the group in its place after a change of its messages. */
  #replace(group: Group): void {
    const turn = group.messages.first?.key;
    if (group.place?.key === turn) return;
    if (group.place) this.#takeOut(group);
    if (turn !== undefined) this.#putIn(group);
  }

  #takeOut(group: Group): void {
    if (group.place) this.#order.remove(group.place);
    group.place = undefined;
  }

  #putIn(group: Group): void {
    group.place = this.#order.add(group.messages.first?.key ?? 0, group);
  }
}

/** SQS also counts a group's share of the processing time, over a time that it does not publish; it is not modelled. */
function isNoisy({ id }: Group, { total, of }: InFlight): boolean {
  // A message without a group counts as a group of its own.
  if (id === undefined) return false;
  const messages = of(id);
  return messages >= leastNoisy && messages > total * noisyShare;
}

const leastNoisy = 30;
const noisyShare = 0.1;
