import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText } from "./decode-text.ts";
import { anyText } from "./testing/any-text.ts";

async function decode(...chunks: Uint8Array[]): Promise<string> {
  let text = "";
  for await (const block of decodeText(chunks)) text += block.text;
  return text;
}

describe("decoding", () => {
  it("gives the same text wherever its bytes are split", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.array(fc.integer({ min: 1, max: 5 })), async (text, lengths) => {
        const chunks = cut(Buffer.from(`.${text}`), lengths);

        expect(await decode(...chunks)).toBe(`.${text}`);
      }),
    );
  });

  it("splits a large chunk into blocks, each with the bytes read", async () => {
    const bytesRead: number[] = [];

    for await (const block of decodeText([Buffer.alloc(150_000, "é")])) bytesRead.push(block.bytesRead);

    expect(bytesRead).toEqual([65_536, 131_072, 150_000]);
  });

  it("removes a byte order mark", async () => {
    expect(await decode(Buffer.from("\ufefftext"))).toBe("text");
  });
});

describe("bytes that are not text", () => {
  const twoBytes = Buffer.from("é");

  it.each([
    ["a byte that is never UTF-8", [Buffer.from("ab\xff", "latin1")], "byte 2 is not UTF-8"],
    ["a byte that continues nothing", [Buffer.from([0x80])], "byte 0 is not UTF-8"],
    ["a character cut short by the next", [Buffer.from([0x61, 0xe2, 0x82, 0x61])], "byte 3 is not UTF-8"],
    [
      "the same across chunks",
      [Buffer.from([0x61, 0xe2]), Buffer.from([0x82]), Buffer.from("a")],
      "byte 3 is not UTF-8",
    ],
    ["a longer one across chunks", [Buffer.from([0xf0, 0x9f, 0x98]), Buffer.from("a")], "byte 3 is not UTF-8"],
    ["a bad byte after whole characters", [twoBytes, twoBytes, Buffer.from([0xa9])], "byte 4 is not UTF-8"],
    ["a bad byte far on", [Buffer.alloc(100_000, "a"), Buffer.from([0xc0])], "byte 100000 is not UTF-8"],
    ["an end within a character", [Buffer.from([0x61, 0xe2, 0x82])], "ends within a character, at byte 3"],
    ["half a surrogate pair", [Buffer.from([0xed, 0xa0, 0x80])], "byte 1 is not UTF-8"],
    ["a NUL", [Buffer.from("é"), Buffer.from("é\0")], "a NUL at byte 4"],
    ["UTF-16, little end first", [Buffer.from("\ufeffText", "utf16le")], "looks like UTF-16; send UTF-8"],
    ["UTF-16, big end first", [Buffer.from("\ufeffText", "utf16le").swap16()], "looks like UTF-16; send UTF-8"],
    ["UTF-16 without a mark", [Buffer.from("Text", "utf16le")], "a NUL at byte 1"],
  ])("are a final failure with the position: %s", async (_, chunks, reason) => {
    const decoding = decode(...chunks);

    await expect(decoding).rejects.toMatchObject({
      code: "not-text",
      isFinal: true,
      message: expect.stringContaining(reason),
    });
  });
});

function cut(bytes: Uint8Array, lengths: number[]): Uint8Array[] {
  const ends = lengths.map((_, index) => lengths.slice(0, index + 1).reduce((sum, length) => sum + length));
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}
