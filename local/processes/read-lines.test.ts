import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { readLines } from "./read-lines.ts";

it("hands over lines whole, however they arrive", async () => {
  expect(await linesOf(["one\ntw", "o\r\n\nthr", "ee"])).toEqual(["one", "two", "", "three"]);
});

it("keeps characters whole whose bytes arrive apart", async () => {
  const bytes = Buffer.from("zwölf 🙂\n");

  expect(await linesOf([...bytes].map((byte) => Buffer.from([byte])))).toEqual(["zwölf 🙂"]);
});

it("cuts what has no end, so that it cannot fill the memory", async () => {
  const lines = await linesOf(["x".repeat(600_000)]);

  expect(lines.map(({ length }) => length)).toEqual([262_144, 262_144, 75_712]);
});

async function linesOf(chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  const done = readLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await done;
  return lines;
}
