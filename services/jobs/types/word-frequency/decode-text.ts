import { asError } from "../../../../runtime/errors.ts";
import { JobFailure } from "../../job-type.ts";
import { findInvalidByte } from "./find-invalid-byte.ts";

export interface TextBlock {
  text: string;
  /** Bytes of the body up to the end of this block. */
  bytesRead: number;
}

/**
 * Decodes UTF-8, with or without a byte order mark, block by block; characters may lie across the body's chunks.
 * @throws JobFailure `not-text`, final, where the bytes are not UTF-8 or hold a NUL
 */
export async function* decodeText(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<TextBlock> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let bytesRead = 0;
  let lastBytes = new Uint8Array();

  for await (const block of inBlocks(body)) {
    const text = decode(() => decoder.decode(block, { stream: true }), lastBytes, block, bytesRead);
    refuseNul(text, block, bytesRead);
    bytesRead += block.length;
    lastBytes = Buffer.concat([lastBytes, block]).subarray(-3);
    yield { text, bytesRead };
  }
  decode(() => decoder.decode(), lastBytes, new Uint8Array(), bytesRead);
}

/** Short enough that whoever reads can look up between two blocks. */
const blockBytes = 64 * 1024;

async function* inBlocks(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    for (let start = 0; start < chunk.length; start += blockBytes) yield chunk.subarray(start, start + blockBytes);
  }
}

function decode(attempt: () => string, lastBytes: Uint8Array, block: Uint8Array, bytesBefore: number): string {
  try {
    return attempt();
  } catch (thrown) {
    const seen = Buffer.concat([lastBytes, block]);
    const offset = bytesBefore - lastBytes.length + findInvalidByte(seen);
    const startsAsUtf16 = bytesBefore <= 1 && /^(fffe|feff)/.test(seen.toString("hex", 0, 2));
    throw notText(
      startsAsUtf16
        ? "it looks like UTF-16; send UTF-8"
        : `${block.length === 0 ? "it ends within a character" : "no UTF-8"} at byte ${offset}`,
      asError(thrown),
    );
  }
}

/** A NUL is one byte wherever it stands, and no byte of another character, so that its place can be read from the bytes. */
function refuseNul(text: string, block: Uint8Array, bytesBefore: number): void {
  if (text.includes("\0")) throw notText(`a NUL at byte ${bytesBefore + block.indexOf(0)}`);
}

function notText(reason: string, cause?: Error): JobFailure {
  return new JobFailure("not-text", `Expected text in UTF-8: ${reason}.`, { isFinal: true, cause });
}
