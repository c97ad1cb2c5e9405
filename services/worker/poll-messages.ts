import { type Backoff, backoffMilliseconds } from "../../runtime/backoff.ts";
import { sleep } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { MessageSource } from "../jobs/ports.ts";
import { MessageSlots, type SlotDeps } from "./message-slots.ts";

export interface PollDeps extends SlotDeps {
  /** In [0, 1). */
  random(): number;
}

/** Receives messages for the worker's slots. Resolves after `stop` aborts and all messages are processed or given back. */
export async function pollMessages(deps: PollDeps, stop: AbortSignal): Promise<void> {
  const slots = new MessageSlots(deps, stop);
  const poll = deps.sources.length === 1 ? pollAlone : pollInTurns();
  await Promise.all(deps.sources.map((source) => pollSource({ ...deps, slots, stop }, source, poll)));
  await slots.ended();
}

interface Polling extends Omit<PollDeps, "slots"> {
  slots: MessageSlots;
  stop: AbortSignal;
}

/** Waits until the slots want messages of the source, and receives once. */
type Poll = (polling: Polling, source: MessageSource) => Promise<void>;

async function pollSource(polling: Polling, source: MessageSource, poll: Poll): Promise<void> {
  const { clock, log, random, stop } = polling;
  let failures = 0;
  while (!stop.aborted) {
    try {
      await poll(polling, source);
      failures = 0;
    } catch (error) {
      failures += 1;
      log.error({ err: asError(error), failures }, "receiving messages failed; trying again");
      await sleep(clock, backoffMilliseconds(failures, { ...backoff, random: random() }), stop);
    }
  }
}

async function pollAlone(polling: Polling, source: MessageSource): Promise<void> {
  const { slots, stop } = polling;
  const wanted = await whenWanted(polling, source);
  if (wanted === 0) return;
  // Without a free slot there is no long poll: another worker could start the messages that it would receive.
  slots.take(source, await (slots.free > 0 ? source.receive(wanted, stop) : source.receiveNow(wanted)), wanted);
}

/**
 * Several sources share the slots. Sources that have messages receive in turn, without a long poll: so no two receive for the
 * same slot, and each gets its share of the slots. A source that was empty waits in a long poll at the same time. If the long poll
 * returns a message while the slots are taken, the message waits for a slot for at most a second, then goes back to its queue.
 */
function pollInTurns(): Poll {
  const empty = new Set<MessageSource>();
  let turn: Promise<void> = Promise.resolve();

  async function receive(polling: Polling, source: MessageSource): Promise<void> {
    const { slots, stop } = polling;
    const wanted = await whenWanted(polling, source);
    if (wanted === 0) return;
    const received = await (empty.has(source) ? source.receive(wanted, stop) : source.receiveNow(wanted));
    if (received.length === 0) empty.add(source);
    else empty.delete(source);
    slots.take(source, received, wanted);
  }

  return (polling, source) => {
    if (empty.has(source)) return receive(polling, source);
    const mine = turn.then(() => receive(polling, source));
    turn = mine.catch(() => {});
    return mine;
  };
}

/** Resolves to the number of messages to receive; 0 once the worker stops. */
async function whenWanted({ slots, stop, clock, isResting }: Polling, source: MessageSource): Promise<number> {
  while (!stop.aborted) {
    const wanted = slots.wanted(source);
    if (wanted === 0) await slots.changed();
    else if (isResting()) await sleep(clock, restLookMilliseconds, stop);
    else return wanted;
  }
  return 0;
}

const restLookMilliseconds = 1_000;

const backoff: Backoff = { baseMilliseconds: 1_000, capMilliseconds: 30_000 };
