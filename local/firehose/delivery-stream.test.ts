import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { DeliveryStream } from "./delivery-stream.ts";

const noon = Date.parse("2026-01-02T12:00:00Z");

function createStream(write?: () => Promise<void>) {
  const clock = new ManualClock(noon);
  const files: { key: string; text: string }[] = [];
  const lines: string[] = [];
  const stream = new DeliveryStream({
    name: "archive",
    clock,
    speed: 60,
    bufferSeconds: 300,
    bufferBytes: 20,
    prefix: "events/!{timestamp:yyyy/MM/dd}/",
    fileExtension: ".json.gz",
    write: write ?? (async (key, bytes) => void files.push({ key, text: gunzipSync(bytes).toString() })),
    onLine: (line) => lines.push(line),
  });
  return { clock, stream, files, lines };
}

it("writes its records as lines of one compressed file of the day, after the buffer's time", async () => {
  const { clock, stream, files } = createStream();

  stream.put("one");
  stream.put("two");
  await clock.advance(4_999);
  const before = files.length;
  await clock.advance(1);

  expect(before).toBe(0);
  await expect.poll(() => files.map(({ text }) => text)).toEqual(["one\ntwo\n"]);
  expect(files[0]?.key).toMatch(/^events\/2026\/01\/02\/archive-1-2026-01-02-12-00-00-[0-9a-f-]{36}\.json\.gz$/);
});

it("writes at once beyond the buffer's size, and begins anew", async () => {
  const { clock, stream, files } = createStream();

  stream.put("x".repeat(20));
  await expect.poll(() => files.length).toBe(1);
  stream.put("next");
  await clock.advance(5_000);

  await expect.poll(() => files.map(({ text }) => text)).toEqual([`${"x".repeat(20)}\n`, "next\n"]);
});

it("says what it could not write", async () => {
  const { clock, stream, lines } = createStream(() => Promise.reject(new Error("no such bucket")));

  stream.put("lost");
  await clock.advance(5_000);

  await expect.poll(() => lines).toEqual(["could not write 5 characters: no such bucket"]);
});
