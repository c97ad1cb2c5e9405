/** The definition of a word, read one character at a time: slow, plain and independent of the counter. */
export function countNaively(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const characters = Array.from(text, (character) => (character === "’" ? "'" : character));
  for (let start = 0; start < characters.length; ) {
    const length = lengthOfWord(characters.slice(start));
    if (length > 0) {
      const word = characters
        .slice(start, start + length)
        .join("")
        .toLowerCase()
        .normalize("NFC");
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    start += Math.max(1, length);
  }
  return counts;
}

function lengthOfWord(characters: string[]): number {
  if (!begins(characters[0])) return 0;
  let length = 1;
  for (;;) {
    if (begins(characters[length]) || isMark(characters[length])) length += 1;
    else if (characters[length] === "'" && begins(characters[length + 1])) length += 2;
    else return length;
  }
}

function begins(character = ""): boolean {
  return /^[\p{L}\p{N}]/u.test(character);
}

function isMark(character = ""): boolean {
  return /^\p{M}/u.test(character);
}
