/** Reference implementation of the definition of a word: segments the whole text at once, and normalizes by character. */
export function countNaively(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { segment, isWordLike } of new Intl.Segmenter("en", { granularity: "word" }).segment(text)) {
    const word = isWordLike ? fold(segment) : "";
    if (word !== "") counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function fold(segment: string): string {
  const characters = Array.from(segment).filter((character) => !isInvisible(character));
  while (isConnector(characters[0])) {
    characters.shift();
    while (isExtending(characters[0])) characters.shift();
  }
  for (;;) {
    const last = characters.findLastIndex((character) => !isExtending(character));
    if (!isConnector(characters[last])) break;
    characters.length = last;
  }
  return characters
    .map((character) => (character === "’" ? "'" : character))
    .join("")
    .toLowerCase()
    .normalize("NFC");
}

function isInvisible(character: string): boolean {
  const isFormat = /\p{Cf}/u.test(character) && /\p{Default_Ignorable_Code_Point}/u.test(character);
  return isFormat && character !== "\u200c" && character !== "\u200d";
}

/** Characters that extend the one before them: the class Extend of Unicode's word boundaries, and the joiner. */
function isExtending(character = ""): boolean {
  return /[\p{Grapheme_Extend}\p{Spacing_Mark}\p{Emoji_Modifier}\u200d]/u.test(character);
}

function isConnector(character = ""): boolean {
  return /\p{Pc}/u.test(character) || character === "\u202f";
}
