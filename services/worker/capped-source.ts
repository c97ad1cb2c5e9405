import type { MessageSource } from "../jobs/ports.ts";
import type { TypePermits } from "./type-permits.ts";

/**
 * The queue of a job type with a limit. It receives at most as many messages as the worker has free permits. Without a permit it
 * makes no call to the queue, and looks for one again after a pause.
 */
export function capSource(source: MessageSource, permits: TypePermits): MessageSource {
  async function within(most: number, receive: (count: number) => ReturnType<MessageSource["receiveNow"]>) {
    const count = await permits.reserve(most);
    if (count === 0) return undefined;
    try {
      return await receive(count);
    } finally {
      permits.unreserve(count);
    }
  }

  return {
    // A message that waits for a slot would hold a permit.
    onlyForFreeSlots: true,
    async receive(most, signal) {
      const received = await within(most, (count) => source.receive(count, signal));
      if (received === undefined) await permits.mayHavePermit(signal);
      return received ?? [];
    },
    async receiveNow(most) {
      return (await within(most, (count) => source.receiveNow(count))) ?? [];
    },
  };
}
