import { Cron, type CronOptions } from "croner";
import { AppError } from "../../runtime/errors.ts";

/** When a schedule fires: by a cron expression, or each so many minutes counted from `since`. Times are whole minutes. */
export type Rhythm = { cron: string; timeZone: string } | { everyMinutes: number; since: number };

const minuteMilliseconds = 60_000;

/** The first firing after a time; undefined if there is none. */
export function nextFiring(rhythm: Rhythm, after: number): number | undefined {
  if ("cron" in rhythm) return readCron(rhythm).nextRun(new Date(after))?.getTime();
  const period = rhythm.everyMinutes * minuteMilliseconds;
  const passed = Math.max(0, Math.floor((after - rhythm.since) / period));
  return rhythm.since + (passed + 1) * period;
}

/**
 * The last firing up to `until`, given one that is not later. It halves the span between the two, because a schedule may have
 * missed tens of thousands of firings.
 */
export function lastFiring(rhythm: Rhythm, from: number, until: number): number {
  let last = from;
  let end = until;
  while (end - last >= minuteMilliseconds) {
    const middle = last + (end - last) / 2;
    const found = nextFiring(rhythm, middle);
    if (found !== undefined && found <= until) last = found;
    else end = middle;
  }
  const following = nextFiring(rhythm, last);
  return following !== undefined && following <= until ? following : last;
}

/** A start of the minute. Firings of `everyMinutes` are counted from one. */
export function startOfMinute(now: number): number {
  return Math.floor(now / minuteMilliseconds) * minuteMilliseconds;
}

/** What is wrong with a cron expression: the expected value; undefined if nothing is. */
export function cronError(cron: string): string | undefined {
  if (!cronPattern.test(cron)) return fiveFields;
  try {
    const first = new Cron(cron, options("UTC")).nextRun(new Date(0));
    return first === null ? "a time that exists, which is no 31st of February" : undefined;
  } catch (error) {
    // Croner throws plain errors and type errors; each says which field has a value out of its range.
    return `${fiveFields} (${error instanceof Error ? error.message : String(error)})`;
  }
}

const fiveFields =
  "five fields: minute, hour, day of month, month and day of week, with numbers, names, *, ranges, lists, steps such as */15, and L as day of month";

const value = String.raw`(?:\d{1,2}|[A-Za-z]{3})`;
const item = String.raw`(?:\*(?:/\d{1,2})?|${value}(?:-${value}(?:/\d{1,2})?)?)`;
const list = `${item}(?:,${item})*`;
const days = `(?:${item}|[Ll])(?:,(?:${item}|[Ll]))*`;

/** The part of cron that most systems share. Croner knows more: seconds, years, W, # and +. */
const cronPattern = new RegExp(`^${list} ${list} ${days} ${list} ${list}$`);

/**
 * As in Vixie cron: a job at fixed times runs once a day in both changes of daylight saving time, another one at each time that
 * exists.
 */
function options(timezone: string): CronOptions {
  return { mode: "5-part", timezone, fixedTimeRule: "no-wildcard", paused: true };
}

const parsed = new Map<string, Cron>();

/** Parsing takes longer than a search, and a sweep asks about many schedules with few expressions. */
function readCron({ cron, timeZone }: { cron: string; timeZone: string }): Cron {
  const key = `${timeZone} ${cron}`;
  const known = parsed.get(key);
  if (known) return known;
  if (parsed.size >= mostParsed) parsed.clear();
  try {
    const read = new Cron(cron, options(timeZone));
    parsed.set(key, read);
    return read;
  } catch (cause) {
    throw new AppError("cron", `Expected a cron expression and a time zone; came "${cron}" in ${timeZone}.`, { cause });
  }
}

const mostParsed = 1_000;
