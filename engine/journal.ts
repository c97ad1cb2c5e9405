import { stripVTControlCharacters } from "node:util";
import type { OnLog } from "./engine-service.ts";
import type { OnLine } from "./runner.ts";

/** Passes on what a program logs and prints, and keeps what may explain its failure. */
export interface Journal {
  onLog: OnLog;
  onLine: OnLine;
  /** Why the program failed: the errors it logged or, where it could not log, how it ended and its last words. */
  explain: (ending: string) => string;
}

export function createJournal(passOn: OnLog): Journal {
  const errors = new Set<string>();
  const lastWords: string[] = [];
  return {
    onLog(severity, colored) {
      const message = stripVTControlCharacters(colored);
      if (severity === "error") errors.add(message);
      passOn(severity, message);
    },
    onLine(stream, line) {
      if (stream === "stderr") lastWords.push(line);
      if (lastWords.length > 50) lastWords.shift();
      passOn(stream === "stderr" ? "warning" : "info", line);
    },
    explain(ending) {
      if (errors.size > 0) return [...errors].map(withoutForeignFrames).join("\n");
      return [`The program ${ending} before it had declared everything`, ...lastWords].join("\n");
    },
  };
}

/** The lines of a stack trace that lie in packages or in Node itself help nobody to mend the program. */
function withoutForeignFrames(message: string): string {
  const lines = message.split("\n");
  return lines.filter((line) => !/^\s+at .*([\\/]node_modules[\\/]|node:)/.test(line)).join("\n");
}
