/**
 * Where decoding as UTF-8 fails: the first byte that no valid text could have there, or the length when more must follow.
 * Bytes at the front that end an earlier character are passed over.
 */
export function findInvalidByte(bytes: Uint8Array): number {
  let low = startOfCharacter(bytes);
  const start = low;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (canContinue(bytes.subarray(start, middle + 1))) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Three bytes at most: a character has no more bytes that continue it. */
function startOfCharacter(bytes: Uint8Array): number {
  const start = bytes.subarray(0, 3).findIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000);
  return start === -1 ? Math.min(3, bytes.length) : start;
}

function canContinue(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    // That decoding fails is the answer.
    return false;
  }
}
