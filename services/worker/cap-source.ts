import type { MessageSource, ReceivedMessage } from "../jobs/ports.ts";
import type { TypePermits } from "./type-permits.ts";

/**
 * The queue of a job type with a limit. It receives at most as many messages as the worker has free permits. Without a permit it
 * makes no call to the queue, and looks for one again after a pause.
 */
export function capSource(source: MessageSource, permits: TypePermits): MessageSource {
  /** Receives with permits that are reserved. */
  async function within(count: number, receive: () => Promise<ReceivedMessage[]>) {
    try {
      return await receive();
    } finally {
      permits.unreserve(count);
    }
  }

  return {
    // While a message waits for a slot, its permit would be unused.
    onlyForFreeSlots: true,
    async receive(most, signal) {
      const count = await permits.reserve(most);
      if (count > 0) return within(count, () => source.receive(count, signal));
      await permits.mayHavePermit(signal);
      return [];
    },
    // The worker's other queues wait for this receive. So it does not ask the table for permits.
    async receiveNow(most) {
      const count = permits.reserveSpare(most);
      return count > 0 ? within(count, () => source.receiveNow(count)) : [];
    },
  };
}
