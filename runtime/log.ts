import { type Logger, pino } from "pino";

export type Log = Logger;

/** A logger of JSON lines on standard output; every line names the part of the system that wrote it. */
export function createLog(part: string, level = "info"): Log {
  return pino({ base: { part }, level, timestamp: pino.stdTimeFunctions.isoTime, messageKey: "message" });
}

/** For tests and for code that is asked to be quiet. */
export const silentLog: Log = pino({ level: "silent" });
