import { JobFailure } from "../../job-type.ts";
import { findInvalidByte } from "./find-invalid-byte.ts";

export interface TextBlock {
  text: string;
  /** Bytes of the body up to the end of this block. */
  bytesRead: number;
}

/**
 * Decodes UTF-8 block by block and removes a byte order mark. Chunks may be split within a character.
 * @throws JobFailure `not-text`, final, for bytes that are not UTF-8, or a NUL
 */
export async function* decodeText(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<TextBlock> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let bytesRead = 0;
  let bytesBefore: Uint8Array = new Uint8Array();

  for await (const block of inBlocks(body)) {
    const text = orNotText(
      () => decoder.decode(block, { stream: true }),
      () => describeInvalid(bytesBefore, block, bytesRead),
    );
    if (text.includes("\0")) throw notText(`a NUL at byte ${bytesRead + block.indexOf(0)}`);
    bytesRead += block.length;
    bytesBefore = Buffer.concat([bytesBefore, block.subarray(-3)]).subarray(-3);
    yield { text, bytesRead };
  }
  orNotText(
    () => decoder.decode(),
    () => `it ends within a character, at byte ${bytesRead}`,
  );
}

/** Small, so that a reader can react to an abort between two blocks. */
const blockBytes = 64 * 1024;

async function* inBlocks(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    for (let start = 0; start < chunk.length; start += blockBytes) yield chunk.subarray(start, start + blockBytes);
  }
}

/** Converts the decoder's error, which it throws for invalid bytes only. */
function orNotText(decode: () => string, describe: () => string): string {
  try {
    return decode();
  } catch (cause) {
    throw notText(describe(), cause);
  }
}

function describeInvalid(bytesBefore: Uint8Array, block: Uint8Array, bytesRead: number): string {
  const looksLikeUtf16 =
    bytesRead === 0 && ["fffe", "feff"].includes(Buffer.from(block.subarray(0, 2)).toString("hex"));
  if (looksLikeUtf16) return "it looks like UTF-16; send UTF-8";
  return `byte ${bytesRead + findInvalidByte(bytesBefore, block)} is not UTF-8`;
}

function notText(reason: string, cause?: unknown): JobFailure {
  return new JobFailure("not-text", `Expected text in UTF-8: ${reason}.`, { isFinal: true, cause });
}
