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

/** Why a body that `readTicket` cannot read is no ticket; undefined where a newer version may well read it. */
export function whyNoTicket(body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return `not-a-ticket: expected JSON; came ${body.length} characters that are none`;
  }
  const parsed = ticketSchema.safeParse(value);
  if (parsed.success || isNewer(value)) return undefined;
  const places = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the whole"}: ${message}`);
  return `not-a-ticket: ${places.join("; ")}`;
}

function isNewer(value: unknown): boolean {
  const version = typeof value === "object" && value !== null && "v" in value ? value.v : undefined;
  return Number.isInteger(version) && Number(version) > ticketVersion;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
