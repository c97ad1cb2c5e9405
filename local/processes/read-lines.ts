import type { Readable } from "node:stream";

/** CloudWatch Logs splits longer events as well. */
const mostCharacters = 256 * 1024;

/** Passes the lines of a stream to the callback, the last one even without a newline. Resolves when the stream ends. */
export function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = "";
  const emit = (line: string) => onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const [first = "", ...others] = chunk.split("\n");
    rest += first;
    for (const line of others) {
      emit(rest);
      rest = line;
    }
    while (rest.length > mostCharacters) {
      emit(rest.slice(0, mostCharacters));
      rest = rest.slice(mostCharacters);
    }
  });
  // A failed stream is closed like any other; the text so far is emitted.
  stream.on("error", () => {});
  return new Promise((resolve) => {
    stream.once("close", () => {
      if (rest) emit(rest);
      resolve();
    });
  });
}
