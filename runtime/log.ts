import { type Logger, pino } from "pino";

export type Log = Logger;

/** Creates a logger that writes JSON lines to standard output, each with the part of the system that wrote it. */
export function createLog(part: string, level = "info"): Log {
  return pino({ base: { part }, level, timestamp: pino.stdTimeFunctions.isoTime, messageKey: "message" });
}

/** Writes nothing. */
export const silentLog: Log = pino({ level: "silent" });
