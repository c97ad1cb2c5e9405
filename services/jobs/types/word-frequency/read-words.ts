/** Its own locale for all machines: some locales have a rule more. */
const segmenter = new Intl.Segmenter("en", { granularity: "word" });

/** Calls `found` with each word of the text, as it is written there. No word reaches across the end of a line. */
export function readWords(text: string, found: (written: string) => void): void {
  for (const line of text.split("\n")) {
    if (asciiLine.test(line)) for (const word of line.match(asciiWord) ?? []) found(word);
    else for (const { segment, isWordLike } of segmenter.segment(line)) if (isWordLike) found(segment);
  }
}

/** The form in which a word is counted; empty for a segment of underscores alone. */
export function foldWord(written: string): string {
  return written
    .replaceAll("’", "'")
    .replaceAll(invisible, "")
    .replace(connectorsAtStart, "")
    .replace(connectorsAtEnd, "")
    .toLowerCase()
    .normalize("NFC");
}

/** The last place at which a text may be cut without cutting a segment; 0 where there is none. */
export function endOfLastSegment(text: string): number {
  for (let end = text.length; end > 0; end--) if (separators.has(text.charAt(end - 1))) return end;
  return 0;
}

/** The parts of a text that end at places where it may be cut. */
export function splitAtSeparators(text: string): string[] {
  return text.split(afterSeparator);
}

/**
 * A place to cut a text without separators: before the segment that stands a thousand characters before its end, so that
 * what follows the text cannot move that boundary. 0 where that segment is the first.
 */
export function startOfLateSegment(text: string): number {
  return segmenter.segment(text).containing(Math.max(0, text.length - 1_000))?.index ?? 0;
}

/** The segmenter is slow; for ASCII its rules are these few. A property test holds them together. */
const asciiLine = /^[\0-\x7f]*$/;
const asciiWord =
  /[A-Za-z0-9]+(?:_+[A-Za-z0-9]+|(?<=[A-Za-z])['.:](?=[A-Za-z])[A-Za-z0-9]+|(?<=[0-9])['.,;](?=[0-9])[A-Za-z0-9]+)*/g;

/** All but the joiners, which some scripts and emoji spell words with. */
const invisible = /[[\p{Cf}&&\p{Default_Ignorable_Code_Point}]--[\u200c\u200d]]/gv;
/** The narrow no-break space joins digits, and Unicode counts it among the connectors. */
const connectorsAtStart = /^[\p{Pc}\u202f]+/u;
const connectorsAtEnd = /(?<![\p{Pc}\u202f])[\p{Pc}\u202f]+$/u;

/** Characters that stand in no word, and end what a dictionary looks at. */
const separators = new Set("\t\n\r \u3000、。！？");
const afterSeparator = /(?<=[\t\n\r \u3000、。！？])/;
