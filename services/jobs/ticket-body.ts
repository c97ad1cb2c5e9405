import { type Ticket, ticketSchema, ticketVersion } from "../../contract/ticket.ts";
import type { TicketSubject } from "./job.ts";

/** A message body for the job's ticket, in ASCII: what is escaped passes every queue unchanged. */
export function writeTicket({ owner, jobId, traceparent }: TicketSubject, now: number): string {
  const ticket: Ticket = { v: ticketVersion, owner, jobId, ts: Math.floor(now), traceparent };
  return JSON.stringify(ticket).replace(/[\u007f-\uffff]/g, escapeUnit);
}

/** The ticket in a message body; undefined when it is none, or one of a newer version. */
export function readTicket(body: string): Ticket | undefined {
  try {
    return ticketSchema.safeParse(JSON.parse(body)).data;
  } catch {
    // Not JSON, so not a ticket: to say so is this function's answer.
    return undefined;
  }
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
