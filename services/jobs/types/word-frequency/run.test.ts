import { PassThrough, Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limits } from "../../../../contract/limits.ts";
import { sampleContext } from "../testing/sample-context.ts";
import { run } from "./run.ts";
import { anyText } from "./testing/any-text.ts";
import { countNaively } from "./testing/count-naively.ts";

describe("a word count", () => {
  it("answers with the number of words, all counts, and the most frequent words in order", async () => {
    const { context } = sampleContext();

    const result = await run({ text: "to be or not to be", top: 3 }, context);

    expect(result).toEqual({
      words: 6,
      distinctWords: 4,
      top: [
        ["be", 2],
        ["to", 2],
        ["not", 1],
      ],
      counts: { to: 2, be: 2, or: 1, not: 1 },
    });
  });

  it("lists twenty words by default", async () => {
    const text = Array.from({ length: 30 }, (_, index) => `w${index}`).join(" ");

    const result = await run({ text }, sampleContext().context);

    expect(result).toMatchObject({ distinctWords: 30, top: { length: 20 } });
  });

  it.each([[{ text: "" }], [{ objectKey: "empty" }]])("finds no words in an empty text: %j", async (payload) => {
    const { context } = sampleContext({ uploads: { empty: [] } });

    expect(await run(payload, context)).toEqual({ words: 0, distinctWords: 0, top: [], counts: {} });
  });

  it("keeps words that are names of object properties", async () => {
    const { context } = sampleContext();

    const result = JSON.parse(JSON.stringify(await run({ text: "__proto__ constructor" }, context)));

    expect(Object.entries(result.counts)).toEqual([
      ["proto", 1],
      ["constructor", 1],
    ]);
  });

  it("counts an upload like its text, however its chunks are split", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 1, max: 7 }), async (text, size) => {
        const bytes = Buffer.from(text);
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        const { context } = sampleContext({ uploads: { key: chunks } });

        const result = await run({ objectKey: "key" }, context);

        expect(result).toMatchObject({ counts: Object.fromEntries(countNaively(text)) });
      }),
      { numRuns: 300 },
    );
  });

  it("reports progress by bytes read", async () => {
    const chunks = Array.from({ length: 4 }, () => Buffer.from("word "));
    const { context, reported } = sampleContext({ uploads: { key: chunks } });

    await run({ objectKey: "key" }, context);

    expect(reported).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it("reports whole percents only", async () => {
    const chunks = Array.from({ length: 1_000 }, () => Buffer.from("word "));
    const { context, reported } = sampleContext({ uploads: { key: chunks } });

    await run({ objectKey: "key" }, context);

    expect(reported).toHaveLength(100);
  });
});

describe("a failed word count", () => {
  it("is final for an upload above the limit, and closes it", async () => {
    const body = Readable.from([Buffer.from("not read")]);
    const { context } = sampleContext({ openUpload: async () => ({ body, bytes: limits.textBytes + 1 }) });

    const running = run({ objectKey: "key" }, context);

    await expect(running).rejects.toMatchObject({ code: "too-large", isFinal: true });
    expect(body.destroyed).toBe(true);
  });

  it("is final for bytes that are not text, and closes the upload", async () => {
    const body = Readable.from([Buffer.from([0xff]), Buffer.from("never reached")]);
    const { context } = sampleContext({ openUpload: async () => ({ body, bytes: 14 }) });

    const running = run({ objectKey: "key" }, context);

    await expect(running).rejects.toMatchObject({ code: "not-text", isFinal: true });
    expect(body.destroyed).toBe(true);
  });

  it("has the error of a broken connection", async () => {
    const body = new PassThrough();
    const { context } = sampleContext({ openUpload: async () => ({ body, bytes: 100 }) });
    const running = run({ objectKey: "key" }, context);

    body.destroy(new Error("connection reset"));

    await expect(running).rejects.toThrow("connection reset");
  });
});

describe("an aborted word count", () => {
  it("stops while it waits for bytes, and closes the upload", async () => {
    const stopping = new AbortController();
    const body = new PassThrough();
    const { context } = sampleContext({ signal: stopping.signal, openUpload: async () => ({ body, bytes: 100 }) });
    const running = run({ objectKey: "key" }, context);

    setImmediate(() => stopping.abort());

    await expect(running).rejects.toMatchObject({ code: "aborted", isFinal: false });
    expect(body.destroyed).toBe(true);
  });

  it("stops in the middle of a long text", async () => {
    const stopping = new AbortController();
    const { context, reported } = sampleContext({ signal: stopping.signal });
    const running = run({ text: "word ".repeat(200_000) }, context);

    setImmediate(() => stopping.abort());

    await expect(running).rejects.toMatchObject({ code: "aborted", isFinal: false });
    expect(reported.at(-1)).toBeLessThan(1);
  });
});
