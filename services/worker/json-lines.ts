import type { Readable, Writable } from "node:stream";

/** Writes one JSON text as a line. A text from `JSON.stringify` without indentation has no raw line break. */
export function writeJsonLine(stream: Writable, json: string): void {
  stream.write(`${json}\n`);
}

/**
 * Calls back for each line of a stream. Stops reading when an unfinished line is beyond the limit. Looks at each byte once. `split2` searches
 * the whole pending line again with each chunk, and would block for seconds on a line of about 10 MB.
 */
export function readJsonLines(
  stream: Readable,
  limits: { longestBytes: number },
  on: { line(text: string): void; tooLong(): void },
): void {
  let parts: Buffer[] = [];
  let bytes = 0;

  function take(part: Buffer): void {
    parts.push(part);
    bytes += part.length;
  }

  function read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(lineBreak); end !== -1; end = chunk.indexOf(lineBreak, start)) {
      take(chunk.subarray(start, end));
      const text = Buffer.concat(parts, bytes).toString("utf8");
      parts = [];
      bytes = 0;
      start = end + 1;
      on.line(text);
    }
    take(chunk.subarray(start));
    if (bytes <= limits.longestBytes) return;
    parts = [];
    stream.off("data", read);
    on.tooLong();
  }

  stream.on("data", read);
}

const lineBreak = 10;
