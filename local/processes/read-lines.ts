import type { Readable } from "node:stream";

/** As CloudWatch Logs does with an event: what is longer is cut into several. */
const mostCharacters = 256 * 1024;

/** Hands over the lines of a stream one by one, the last one also without a line end; resolves when the stream ends. */
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
  // A stream that breaks off ends as well; what it had brought is all there is.
  stream.on("error", () => {});
  return new Promise((resolve) => {
    stream.once("close", () => {
      if (rest) emit(rest);
      resolve();
    });
  });
}
