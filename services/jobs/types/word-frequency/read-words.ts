/** A fixed locale, because some locales add rules. */
const segmenter = new Intl.Segmenter("en", { granularity: "word" });

/** Calls `found` with each word as written. No word extends over the end of a line. */
export function readWords(text: string, found: (written: string) => void): void {
  for (const line of text.split("\n")) {
    if (asciiLine.test(line)) for (const word of line.match(asciiWord) ?? []) found(word);
    else for (const { segment, isWordLike } of segmenter.segment(line)) if (isWordLike) found(segment);
  }
}

/** Normalizes a word for counting; empty for a segment of underscores only. */
export function foldWord(written: string): string {
  return written
    .replaceAll("’", "'")
    .replaceAll(invisible, "")
    .replace(connectorsAtStart, "")
    .replace(connectorsAtEnd, "")
    .toLowerCase()
    .normalize("NFC");
}

/** The last position at which the text can be split between segments; 0 if there is none. */
export function endOfLastSegment(text: string): number {
  for (let end = text.length; end > 0; end--) if (separators.has(text.charAt(end - 1))) return end;
  return 0;
}

/** Splits a text after each separator. */
export function splitAtSeparators(text: string): string[] {
  return text.split(afterSeparator);
}

/**
 * Start of the segment a thousand characters before the end of a text without separators. The text can be split there, because
 * text that follows cannot move that boundary. 0 if it is the first segment.
 */
export function startOfLateSegment(text: string): number {
  return segmenter.segment(text).containing(Math.max(0, text.length - 1_000))?.index ?? 0;
}

/** The segmenter's rules for ASCII, which are much faster as a regular expression. A property test compares both. */
const asciiLine = /^[\0-\x7f]*$/;
const asciiWord =
  /[A-Za-z0-9]+(?:_+[A-Za-z0-9]+|(?<=[A-Za-z])['.:](?=[A-Za-z])[A-Za-z0-9]+|(?<=[0-9])['.,;](?=[0-9])[A-Za-z0-9]+)*/g;

/** Invisible format characters, except the joiners, which are part of words in some scripts and emoji. */
const invisible = /[[\p{Cf}&&\p{Default_Ignorable_Code_Point}]--[\u200c\u200d]]/gv;
/** Connectors, each with the extending characters after it. Word boundaries treat the narrow no-break space as a connector. */
const connectorsAtStart = /^(?:[\p{Pc}\u202f][\p{Gr_Ext}\p{Mc}\p{EMod}\u200d]*)+/u;
// Looks for the end only from a run's first connector: without that, a long run would take quadratic time.
const connectorsAtEnd =
  /(?=[\p{Pc}\u202f])(?<![\p{Pc}\u202f][\p{Gr_Ext}\p{Mc}\p{EMod}\u200d]*)(?:[\p{Pc}\u202f][\p{Gr_Ext}\p{Mc}\p{EMod}\u200d]*)+$/u;

/** Characters that are in no word, and at which a dictionary lookup ends. */
const separators = new Set("\t\n\r \u3000、。！？");
const afterSeparator = /(?<=[\t\n\r \u3000、。！？])/;
