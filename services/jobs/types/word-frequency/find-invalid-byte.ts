/**
 * Where a block stops being UTF-8: its first byte that no valid text could have there, or its length when it ends within a
 * character. `bytesBefore` are the bytes in front of it, valid so far: three of them, or all there are.
 */
export function findInvalidByte(bytesBefore: Uint8Array, block: Uint8Array): number {
  const before = bytesBefore.subarray(startOfCharacter(bytesBefore));
  const bytes = Buffer.concat([before, block]);
  let low = before.length;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (canContinue(bytes.subarray(0, middle + 1))) low = middle + 1;
    else high = middle;
  }
  return low - before.length;
}

/** A character has three bytes at most that continue it, so that three of them in a row end it. */
function startOfCharacter(bytes: Uint8Array): number {
  const start = bytes.findIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000);
  return start === -1 ? bytes.length : start;
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
