import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const warnLevel = 40;

/** Keeps what every function and task writes in a file of its own, and shows what a person should see. */
export function createOutputLog(runFolder: string, show: (text: string) => void) {
  const folder = join(runFolder, "logs");
  mkdirSync(folder, { recursive: true });
  return (source: string, line: string): void => {
    appendFileSync(join(folder, `${source.replaceAll("/", "-")}.log`), `${line}\n`);
    const shown = worthShowing(source, line);
    if (shown) show(`[${shorten(source)}] ${shown}`);
  };
}

/** Events of the cloud are told as they are; of JSON log lines only warnings and worse; anything else is a crash's text. */
function worthShowing(source: string, line: string): string | undefined {
  // An alarm is told where it changes; what its topic would send stands in the topic's own file.
  if (source.startsWith("topic/")) return undefined;
  const isOutput = source.startsWith("function/") || source.startsWith("task/");
  if (!isOutput) return line;
  try {
    const entry = JSON.parse(line) as { level?: number; message?: string; jobId?: string; err?: { message?: string } };
    if ((entry.level ?? 0) < warnLevel) return undefined;
    return [entry.message, entry.jobId, entry.err?.message].filter(Boolean).join(": ");
  } catch {
    return line.trim() === "" ? undefined : line;
  }
}

function shorten(source: string): string {
  const [kind, name = ""] = source.split("/");
  return kind === "task" ? `task ${name.slice(0, 8)}` : name || kind || source;
}
