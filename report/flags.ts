import { parseArgs } from "node:util";
import { AppError } from "../runtime/errors.ts";

/** One flag of a command line; `flag-kinds.ts` makes them. */
export interface Flag<Value> {
  /** Stands for the value in the help, such as `N`; a flag without one takes no value. */
  hint?: string;
  /** A one-letter name. */
  short?: string;
  help: string;
  /** The value when the flag is absent. */
  fallback: Value;
  /** Reads the given texts. `refuse` reports a problem: expected and given value. */
  read(texts: readonly string[], refuse: (problem: string) => void): Value;
}

export type Flags = Record<string, Flag<unknown>>;

export type FlagValues<Own extends Flags> = {
  [Name in keyof Own]: Own[Name] extends Flag<infer Value> ? Value : never;
};

export interface CommandLine<Own extends Flags> {
  /** The command as typed, such as `npm run load --`. */
  command: string;
  flags: Own;
  args: readonly string[];
  /** Keeps unknown arguments instead of refusing them. */
  hasRest?: boolean;
}

export interface Given<Own extends Flags> {
  values: FlagValues<Own>;
  /** Unknown arguments in their order. */
  rest: string[];
  /** Adds a problem to the error. */
  refuse(problem: string): void;
}

/**
 * Reads a command line. `build` checks combinations of flags and converts the values. With `--help`, problems are ignored.
 * @throws AppError `flags`, which lists every problem
 */
export function readCommandLine<Own extends Flags, Result extends object>(
  { command, flags, args, hasRest = false }: CommandLine<Own>,
  build: (given: Given<Own>) => Result,
): Result & { isHelp: boolean } {
  const problems: string[] = [];
  const { texts, rest, isHelp } = sort(flags, args, hasRest, problems);
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const given = texts.get(name);
    values[name] = given === undefined ? flag.fallback : flag.read(given, (text) => problems.push(`--${name} ${text}`));
  }
  const result = build({ values: values as FlagValues<Own>, rest, refuse: (problem) => problems.push(problem) });
  if (problems.length === 0 || isHelp) return { ...result, isHelp };
  const lines = problems.map((problem) => `  - ${problem}`).join("\n");
  throw new AppError("flags", `The command line is invalid (${command} --help lists all flags):\n${lines}`);
}

/** Groups the arguments by flag. Not strict, because strict parsing stops at the first problem. */
function sort(flags: Flags, args: readonly string[], hasRest: boolean, problems: string[]) {
  const texts = new Map<string, string[]>();
  const rest = new Map<number, string>();
  const own = Object.entries(flags).map(([name, { hint, short }]) => {
    return [name, { type: hint === undefined ? "boolean" : "string", ...(short && { short }) }] as const;
  });
  const options = { ...Object.fromEntries(own), help: { type: "boolean", short: "h" } as const };
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true, allowPositionals: true });
  let isHelp = false;
  let refusedAt = Number.NaN;
  for (const token of tokens) {
    const text = args[token.index] ?? "";
    const flag = token.kind === "option" ? flags[token.name] : undefined;
    if (token.kind === "option" && token.name === "help") isHelp = true;
    else if (token.kind === "option" && flag) {
      const problem = misuse(flag, token);
      if (problem !== undefined) refusedAt = token.index;
      if (problem !== undefined) problems.push(`--${token.name} ${problem}`);
      else texts.set(token.name, [...(texts.get(token.name) ?? []), token.value ?? ""]);
    } else if (hasRest) rest.set(token.index, text);
    else if (token.kind === "option") {
      refusedAt = token.index;
      problems.push(describeUnknown(token.rawName, Object.keys(options)));
      // An argument after an unknown flag is probably its value.
    } else if (token.kind === "positional" && token.index !== refusedAt + 1)
      problems.push(`expected flags only; came "${text}"`);
  }
  return { texts, rest: [...rest.values()], isHelp };
}

function misuse({ hint }: Flag<unknown>, { value, inlineValue }: { value?: string; inlineValue?: boolean }) {
  if (hint === undefined) return value === undefined ? undefined : `expects no value; came "${value}"`;
  if (value === undefined) return `expects ${hint}; nothing came`;
  return !inlineValue && /^--./.test(value) ? `expects ${hint}; came "${value}"` : undefined;
}

function describeUnknown(rawName: string, names: readonly string[]): string {
  const name = rawName.replace(/^-+/, "");
  const [best] = names.map((other) => ({ other, edits: countEdits(name, other) })).sort((a, b) => a.edits - b.edits);
  const isNear = best !== undefined && best.edits <= (name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3)));
  return `expected a flag of this command; came "${rawName}"${isNear ? `, did you mean --${best.other}?` : ""}`;
}

/** Number of letters to insert, delete or replace: https://en.wikipedia.org/wiki/Levenshtein_distance */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let at = 0; at < to.length; at++) {
      const replaced = (row[at] ?? 0) + (letter === to[at] ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
