import type { MessageSource, ReceivedMessage } from "../jobs/ports.ts";
import type { TypePermits } from "./type-permits.ts";

/**
 * The queue of a job type with a limit. Receives at most as many messages as the worker has free permits. Without a free permit,
 * `receive` does not call the queue: it pauses and returns no messages.
 */
export function capSource(source: MessageSource, permits: TypePermits): MessageSource {
  /** Receives messages for which `count` permits are reserved, then ends the reservation. */
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
    // The worker's other queues wait for this receive. So only permits that the worker already has are used; the table is not asked.
    async receiveNow(most) {
      const count = permits.reserveSpare(most);
      return count > 0 ? within(count, () => source.receiveNow(count)) : [];
    },
  };
}
