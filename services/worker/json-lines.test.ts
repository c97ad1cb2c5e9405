import { PassThrough } from "node:stream";
import { beforeEach, describe, expect, it } from "vitest";
import { readJsonLines, writeJsonLine } from "./json-lines.ts";

let stream: PassThrough;
let lines: string[];
let tooLong: number;
beforeEach(() => {
  stream = new PassThrough();
  lines = [];
  tooLong = 0;
  readJsonLines(
    stream,
    { longestBytes: 10 },
    {
      line: (text) => lines.push(text),
      tooLong: () => {
        tooLong += 1;
      },
    },
  );
});

describe("messages over a stream", () => {
  it("arrive one by one, however the stream is split", async () => {
    for (const part of ["1\n2", "2", "\n", "\n333\n44"]) stream.write(part);

    await expect.poll(() => lines).toEqual(["1", "22", "", "333"]);
  });

  it("keep characters that are split", async () => {
    const duck = Buffer.from("🦆");

    stream.write(duck.subarray(0, 2));
    stream.write(duck.subarray(2));
    writeJsonLine(stream, "");

    await expect.poll(() => lines).toEqual(["🦆"]);
  });

  it("are not read beyond one that is too long", async () => {
    stream.write("12345678901");
    stream.write("\n1\n");

    await expect.poll(() => tooLong).toBe(1);
    expect(lines).toEqual([]);
  });
});
