import { asError } from "../runtime/errors.ts";
import type { Flag, Flags } from "./flags.ts";

/** A flag without a value. */
export function toggle(help: string): Flag<boolean> {
  return { help, fallback: false, read: () => true };
}

/** A flag with one value. If it is repeated, the last value counts. `read` throws an error with expected and given value. */
export function value<Value, Fallback>(
  hint: string,
  help: string,
  read: (text: string) => Value,
  fallback: Fallback,
): Flag<Value | Fallback> {
  return {
    hint,
    help,
    fallback,
    read(texts, refuse) {
      try {
        return read(texts.at(-1) ?? "");
      } catch (error) {
        refuse(asError(error).message);
        return fallback;
      }
    },
  };
}

/** A flag whose value is any text except an empty one. */
export function text<Fallback extends string | undefined>(hint: string, help: string, fallback: Fallback) {
  const read = (given: string) => {
    if (given.trim() !== "") return given;
    throw new Error(`expects ${hint}; came ""`);
  };
  return value(hint, help, read, fallback);
}

export interface Range {
  least: number;
  most: number;
  isWhole?: boolean;
}

/** A flag whose value is a number within a range, which the help shows. */
export function number<Fallback extends number | undefined>(
  hint: string,
  help: string,
  range: Range,
  fallback: Fallback,
): Flag<number | Fallback> {
  const { least, most, isWhole = false } = range;
  const limits = most === Number.POSITIVE_INFINITY ? `from ${least}` : `from ${least} to ${most}`;
  const read = (given: string) => {
    const found = given.trim() === "" ? Number.NaN : Number(given);
    if (Number.isFinite(found) && found >= least && found <= most && (!isWhole || Number.isInteger(found)))
      return found;
    throw new Error(`expects a ${isWhole ? "whole " : ""}number ${limits}; came "${given}"`);
  };
  const about = [limits, ...(fallback === undefined ? [] : [`default ${fallback}`])].join(", ");
  return value(hint, `${help} (${about})`, read, fallback);
}

/** A flag whose value is one of several words, which the help shows. */
export function choice<Choice extends string, Fallback extends Choice | undefined>(
  hint: string,
  help: string,
  choices: readonly Choice[],
  fallback: Fallback,
): Flag<Choice | Fallback> {
  const read = (given: string) => readChoice(given, choices);
  const about = fallback === undefined ? "" : ` (default ${fallback})`;
  return value<Choice, Fallback>(hint, `${help}: ${choices.join(", ")}${about}`, read, fallback);
}

export function readChoice<Choice extends string>(given: string, choices: readonly Choice[]): Choice {
  const found = choices.find((one) => one === given);
  if (found !== undefined) return found;
  throw new Error(`expects ${choices.length > 1 ? "one of " : ""}${choices.join(", ")}; came "${given}"`);
}

/** A flag that may be repeated. Each value is read on its own. */
export function list<Value>(
  hint: string,
  help: string,
  read: (text: string) => Value,
  fallback: readonly Value[] = [],
): Flag<readonly Value[]> {
  return {
    hint,
    help: `${help}; may be repeated`,
    fallback,
    read: (texts, refuse) =>
      texts.flatMap((given) => {
        try {
          return [read(given)];
        } catch (error) {
          refuse(asError(error).message);
          return [];
        }
      }),
  };
}

/** Formats the help of a command: its description, then each flag. */
export function formatHelp(about: string, flags: Flags): string {
  const names = Object.entries(flags).map(([name, { hint, short }]) => {
    return `  ${short ? `-${short}, ` : ""}--${name}${hint === undefined ? "" : ` ${hint}`}`;
  });
  const width = Math.min(widestName, Math.max(...names.map(({ length }) => length))) + 2;
  const lines = Object.values(flags).map(({ help }, index) => {
    const name = names[index] ?? "";
    const start = name.length + 2 > width ? `${name}\n${" ".repeat(width)}` : name.padEnd(width);
    return start + wrap(help, widestLine - width).join(`\n${" ".repeat(width)}`);
  });
  return `${about.trim()}\n\n${lines.join("\n")}\n`;
}

const widestName = 30;
const widestLine = 110;

function wrap(help: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of help.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
