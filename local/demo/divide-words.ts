/**
 * Divides a text into words by the rules WB4 to WB13b of https://unicode.org/reports/tr29/#Word_Boundary_Rules, for
 * scripts that need no dictionary. A segment without a letter or digit is not a word.
 */
export function divideWords(text: string): string[] {
  const units = joinMarks(text);
  const words: string[] = [];
  let word = "";
  let isWord = false;
  for (const [at, unit] of units.entries()) {
    word += unit.text;
    isWord ||= isLetter(unit) || unit.kind === "digit";
    if (belongTogether(units[at - 1], unit, units[at + 1], units[at + 2])) continue;
    if (isWord) words.push(word);
    word = "";
    isWord = false;
  }
  return words;
}

type Kind =
  | "letter"
  | "hebrew"
  | "digit"
  | "connector"
  | "apostrophe"
  | "quote"
  | "betweenLetters"
  | "betweenDigits"
  | "betweenBoth"
  | "newline"
  | "other";

/** A character and the marks and format characters that follow it (WB4). */
interface Unit {
  text: string;
  kind: Kind;
}

function joinMarks(text: string): Unit[] {
  const units: Unit[] = [];
  for (const character of text) {
    const last = units.at(-1);
    if (last && last.kind !== "newline" && isMark(character)) last.text += character;
    else units.push({ text: character, kind: kindOf(character) });
  }
  return units;
}

function isMark(character: string): boolean {
  return /[\p{Grapheme_Extend}\p{M}\p{Emoji_Modifier}\u200d]/u.test(character) || isFormat(character);
}

function isFormat(character: string): boolean {
  return /\p{Cf}/u.test(character) && !/[\u200b\u{e0020}-\u{e007f}]/u.test(character) && !isNumberSign(character);
}

function isNumberSign(character: string): boolean {
  return /[\u0600-\u0605\u06dd\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u.test(character);
}

function kindOf(character: string): Kind {
  if (/[\n\v\f\r\u0085\u2028\u2029]/.test(character)) return "newline";
  if (character === "'") return "apostrophe";
  if (character === '"') return "quote";
  if (/[.\u2018\u2019\u2024\ufe52\uff07\uff0e]/.test(character)) return "betweenBoth";
  if (/[:\u00b7\u0387\u055f\u05f4\u2027\ufe13\ufe55\uff1a]/.test(character)) return "betweenLetters";
  if (/[,;\u037e\u0589\u060c\u060d\u066c\u07f8\u2044\ufe10\ufe14\ufe50\ufe54\uff0c\uff1b]/.test(character)) {
    return "betweenDigits";
  }
  if (/[\p{Pc}\u202f]/u.test(character)) return "connector";
  if (/[\p{Nd}\u066b]/u.test(character) || isNumberSign(character)) return "digit";
  if (isMark(character)) return "other";
  if (/[\p{L}&&\p{sc=Hebrew}]/v.test(character)) return "hebrew";
  if (
    /[\p{Alphabetic}\u00b8\u02c2-\u02c5\u02d2-\u02d7\u02de\u02df\u02e5-\u02eb\u02ed\u02ef-\u02ff\u055a-\u055c\u055e\u058a\u05f3\ua708-\ua716\ua720\ua721\ua789\ua78a\uab5b]/u.test(
      character,
    )
  ) {
    return "letter";
  }
  return "other";
}

function isLetter(unit: Unit | undefined): boolean {
  return unit?.kind === "letter" || unit?.kind === "hebrew";
}

function isBetween(unit: Unit | undefined, kind: "betweenLetters" | "betweenDigits"): boolean {
  return unit?.kind === kind || unit?.kind === "betweenBoth" || unit?.kind === "apostrophe";
}

/** True if there is no word boundary between `left` and `right`. */
function belongTogether(
  before: Unit | undefined,
  left: Unit,
  right: Unit | undefined,
  after: Unit | undefined,
): boolean {
  const is = (unit: Unit | undefined, kind: Kind) => unit?.kind === kind;
  const isSolid = (unit: Unit | undefined) => isLetter(unit) || is(unit, "digit");
  return (
    // WB5, WB8 to WB10
    (isSolid(left) && isSolid(right)) ||
    // WB6 and WB7
    (isLetter(left) && isBetween(right, "betweenLetters") && isLetter(after)) ||
    (isLetter(before) && isBetween(left, "betweenLetters") && isLetter(right)) ||
    // WB7a to WB7c
    (is(left, "hebrew") && is(right, "apostrophe")) ||
    (is(left, "hebrew") && is(right, "quote") && is(after, "hebrew")) ||
    (is(before, "hebrew") && is(left, "quote") && is(right, "hebrew")) ||
    // WB11 and WB12
    (is(before, "digit") && isBetween(left, "betweenDigits") && is(right, "digit")) ||
    (is(left, "digit") && isBetween(right, "betweenDigits") && is(after, "digit")) ||
    // WB13a and WB13b
    ((isSolid(left) || is(left, "connector")) && is(right, "connector")) ||
    (is(left, "connector") && isSolid(right))
  );
}
