import type { TicketOrder } from "../jobs/machine.ts";
import type { ReceivedTicket, TicketQueue } from "../jobs/ports.ts";

/** Does with the ticket what the state machine ordered, now that the record is written. */
export async function obeyOrder(queue: TicketQueue, received: ReceivedTicket, order: TicketOrder): Promise<void> {
  switch (order.order) {
    case "keep":
      return;
    case "delete":
      return queue.delete(received);
    case "bury":
      return queue.bury(received, order.reason);
    case "postpone":
      return queue.postpone(received, order.milliseconds);
    case "send":
      // For who holds no ticket; whoever holds one lets it be seen.
      return queue.postpone(received, 0);
  }
}
