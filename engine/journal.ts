import { stripVTControlCharacters } from "node:util";
import type { OnLog } from "./engine-service.ts";
import type { OnLine } from "./runner.ts";

/** Forwards a program's log and output, and keeps the lines that may explain its failure. */
export interface Journal {
  onLog: OnLog;
  onLine: OnLine;
  /** Explains a failure: the logged errors or, without any, the way the process ended and its last lines of stderr. */
  explain: (ending: string) => string;
}

export function createJournal(passOn: OnLog): Journal {
  const errors = new Set<string>();
  const lastLines: string[] = [];
  return {
    onLog(severity, colored) {
      const message = stripVTControlCharacters(colored);
      if (severity === "error") errors.add(message);
      passOn(severity, message);
    },
    onLine(stream, line) {
      if (stream === "stderr") lastLines.push(line);
      if (lastLines.length > 50) lastLines.shift();
      passOn(stream === "stderr" ? "warning" : "info", line);
    },
    explain(ending) {
      if (errors.size > 0) return [...errors].map(withoutForeignFrames).join("\n");
      return [`The program ${ending} before it had registered all its resources`, ...lastLines].join("\n");
    },
  };
}

/** Removes lines of a stack trace in packages and in Node itself. */
function withoutForeignFrames(message: string): string {
  const lines = message.split("\n");
  return lines.filter((line) => !/^\s+at .*([\\/]node_modules[\\/]|node:)/.test(line)).join("\n");
}
