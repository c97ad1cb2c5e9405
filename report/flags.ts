import { parseArgs } from "node:util";
import { AppError } from "../runtime/errors.ts";

/** One flag of a command line; `flag-kinds.ts` makes them. */
export interface Flag<Value> {
  /** Stands for the value in the help, such as `N`; a flag without one takes no value. */
  hint?: string;
  /** One letter that says the same. */
  short?: string;
  help: string;
  /** Its value when it is not given. */
  fallback: Value;
  /** Reads the texts that were given; `refuse` takes what was expected and what came. */
  read(texts: readonly string[], refuse: (problem: string) => void): Value;
}

export type Flags = Record<string, Flag<unknown>>;

export type FlagValues<Own extends Flags> = {
  [Name in keyof Own]: Own[Name] extends Flag<infer Value> ? Value : never;
};

export interface CommandLine<Own extends Flags> {
  /** As people type it, such as `npm run load --`. */
  command: string;
  flags: Own;
  args: readonly string[];
  /** Keeps what is no flag of this command, instead of refusing it. */
  hasRest?: boolean;
}

export interface Given<Own extends Flags> {
  values: FlagValues<Own>;
  /** What is no flag of this command, in its order. */
  rest: string[];
  /** Adds a problem, to be told with all others. */
  refuse(problem: string): void;
}

/**
 * Reads a command line. `build` checks what concerns several flags, and makes what the command needs of the values. Nothing
 * is refused beside `--help`.
 * @throws AppError `flags` with everything that is wrong
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
  throw new AppError("flags", `The command line is not usable (${command} --help explains it):\n${lines}`);
}

/** Sorts the arguments by flag. Not strict: strict parsing stops at the first problem. */
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
      // What follows an unknown flag is most likely its value.
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

/** Letters to insert, delete or replace: https://en.wikipedia.org/wiki/Levenshtein_distance */
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
