import { isUtf8 } from "node:buffer";

/**
 * Counts words without any of the workers' code, from the same definition. A word is a longest run that begins with a
 * letter or number and goes on with letters, numbers and marks (Unicode L, N, M), also across a single apostrophe (' or ’,
 * counted as ') that a letter or number follows; each word is counted by itself in lower case and NFC.
 * Bytes that are not UTF-8, or hold a NUL, are no text and have no count.
 */
export function countIndependently(bytes: Uint8Array): Map<string, number> | undefined {
  if (!isUtf8(bytes) || bytes.includes(0)) return undefined;
  const counts = new Map<string, number>();
  for (const written of readWords(Buffer.from(bytes).toString("utf8"))) {
    const word = written.toLowerCase().normalize("NFC");
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function* readWords(text: string): Generator<string> {
  let word = "";
  let isAfterApostrophe = false;
  for (const character of text) {
    const kind = kindOf(character);
    if (kind === "beginner") {
      word += isAfterApostrophe ? `'${character}` : character;
      isAfterApostrophe = false;
    } else if (kind === "mark" && word !== "" && !isAfterApostrophe) {
      word += character;
    } else if (kind === "apostrophe" && word !== "" && !isAfterApostrophe) {
      isAfterApostrophe = true;
    } else {
      if (word !== "") yield word;
      word = "";
      isAfterApostrophe = false;
    }
  }
  if (word !== "") yield word;
}

function kindOf(character: string): "beginner" | "mark" | "apostrophe" | "separator" {
  if (/\p{L}|\p{N}/u.test(character)) return "beginner";
  if (/\p{M}/u.test(character)) return "mark";
  return character === "'" || character === "\u2019" ? "apostrophe" : "separator";
}
