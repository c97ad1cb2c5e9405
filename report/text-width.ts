import { stripVTControlCharacters } from "node:util";

/**
 * Counts the terminal columns of a text: two for wide East Asian characters and emoji, none for color codes and combining
 * marks. This is an estimate, because terminals differ on rare characters.
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += graphemeWidth(segment);
  return width;
}

/** Cuts a text to `width` columns, with an ellipsis at the end of a cut text. */
export function cutToWidth(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  let taken = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) {
    taken += graphemeWidth(segment);
    if (taken > width - 1) break;
    kept += segment;
  }
  return width < 1 ? "" : `${kept}…`;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

const invisible = /^[\p{Mark}\p{Control}\p{Format}]+$/u;
const wide =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;

function graphemeWidth(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}
