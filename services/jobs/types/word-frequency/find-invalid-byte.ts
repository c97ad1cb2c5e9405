/**
 * Finds the first byte of a block that is not valid UTF-8; the block's length if it only ends within a character.
 * @param bytesBefore the three bytes before the block, or all if there are fewer
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

/** Start of the incomplete character at the end. A character has at most three continuation bytes, so three in a row complete it. */
function startOfCharacter(bytes: Uint8Array): number {
  const start = bytes.findIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000);
  return start === -1 ? bytes.length : start;
}

function canContinue(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    // The failure is the answer: no continuation makes these bytes valid.
    return false;
  }
}
