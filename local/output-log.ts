import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const warnLevel = 40;

/** Writes the output of each function and task to a file of its own, and shows what is important. */
export function createOutputLog(runFolder: string, show: (text: string) => void) {
  const folder = join(runFolder, "logs");
  mkdirSync(folder, { recursive: true });
  return (source: string, line: string): void => {
    appendFileSync(join(folder, `${source.replaceAll("/", "-")}.log`), `${line}\n`);
    const shown = worthShowing(source, line);
    if (shown) show(`[${shorten(source)}] ${shown}`);
  };
}

/**
 * Shows all events of the cloud, of JSON log lines only warnings and errors, and any other line, which is a crash's
 * output.
 */
function worthShowing(source: string, line: string): string | undefined {
  // Alarms are shown when they change. Notifications of a topic go to the topic's file only.
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
