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
  while (isConnector(characters[0])) characters.shift();
  while (isConnector(characters.at(-1))) characters.pop();
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

function isConnector(character = ""): boolean {
  return /\p{Pc}/u.test(character) || character === "\u202f";
}
