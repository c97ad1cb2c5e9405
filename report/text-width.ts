import { stripVTControlCharacters } from "node:util";

/**
 * Columns of a terminal that a text takes: two for what East Asian scripts and emoji draw wide, none for colours and for
 * marks on their own. Terminals differ on rare characters, so that this is a good guess.
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += graphemeWidth(segment);
  return width;
}

/** The text's beginning that fits into `width` columns, an ellipsis at its end where something is missing. */
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
