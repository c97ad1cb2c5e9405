import { type Backoff, backoffMilliseconds } from "../../runtime/backoff.ts";
import { sleep } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { JobQueue } from "../jobs/ports.ts";
import { MessageSlots, type SlotDeps } from "./message-slots.ts";

export interface PollDeps extends SlotDeps {
  queue: Pick<JobQueue, "receive" | "receiveNow" | "defer">;
  /** In [0, 1). */
  random(): number;
  /** True while ECS should find this task idle. No message is received then. */
  isResting(): boolean;
}

/** Receives messages for the worker's slots. Resolves after `stop` aborts and all messages are processed or given back. */
export async function pollMessages(deps: PollDeps, stop: AbortSignal): Promise<void> {
  const slots = new MessageSlots(deps, stop);
  let failures = 0;
  while (!stop.aborted) {
    const wanted = slots.wanted();
    if (wanted === 0) {
      await slots.changed();
      continue;
    }
    if (deps.isResting()) {
      await sleep(deps.clock, restLookMilliseconds, stop);
      continue;
    }
    try {
      // A worker without a free slot does not wait for messages, which another worker could start.
      const received = await (slots.free > 0 ? deps.queue.receive(wanted, stop) : deps.queue.receiveNow(wanted));
      slots.take(received, wanted);
      failures = 0;
    } catch (error) {
      failures += 1;
      deps.log.error({ err: asError(error), failures }, "receiving messages failed; trying again");
      await sleep(deps.clock, backoffMilliseconds(failures, { ...backoff, random: deps.random() }), stop);
    }
  }
  await slots.ended();
}

const restLookMilliseconds = 1_000;

const backoff: Backoff = { baseMilliseconds: 1_000, capMilliseconds: 30_000 };
