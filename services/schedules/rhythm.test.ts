import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cronError, lastFiring, nextFiring, type Rhythm } from "./rhythm.ts";

/** Computed by testing/generate-firings.py with Python's zoneinfo, minute by minute. */
const expected = JSON.parse(readFileSync(new URL("testing/firings.json", import.meta.url), "utf8")) as {
  cron: string;
  timeZone: string;
  after: string;
  firings: string[];
}[];

const minute = 60_000;

function firingsOf(rhythm: Rhythm, after: string, count: number): string[] {
  const found: string[] = [];
  let at = Date.parse(after);
  while (found.length < count) {
    at = nextFiring(rhythm, at) ?? Number.NaN;
    found.push(new Date(at).toISOString());
  }
  return found;
}

describe("a cron expression", () => {
  it.each(expected)("$cron in $timeZone fires after $after when an independent computation says", (given) => {
    const { cron, timeZone, after, firings } = given;

    expect(firingsOf({ cron, timeZone }, after, firings.length)).toEqual(firings);
  });

  it.each(["*/15 * * * *", "0 9 * * MON-FRI", "30 2 1,15,L jan-jun/2 *", "0-59/5 0 * * sun,7", "0 0 29 2 *"])(
    "%s is accepted",
    (cron) => {
      expect(cronError(cron)).toBeUndefined();
    },
  );

  it.each([
    ["with seconds", "0 30 2 * * *"],
    ["of AWS", "cron(30 2 * * ? *)"],
    ["with four fields", "30 2 * *"],
    ["with a nickname", "@daily"],
    ["with a question mark", "0 0 ? * MON"],
    ["with a nearest weekday", "0 0 15W * *"],
    ["with the second Friday", "0 0 * * 5#2"],
    ["that combines both days", "0 0 1 * +MON"],
    ["with a step without a range", "5/10 * * * *"],
    ["with a minute out of its range", "60 * * * *"],
    ["with a month that does not exist", "0 0 1 13 *"],
    ["with an unknown name", "0 0 * * FOO"],
    ["with two spaces", "0 0  * * *"],
    ["that is a time", "2027-01-01T00:00:00"],
    ["that is empty", ""],
  ])("%s is refused", (_case, cron) => {
    expect(cronError(cron)).toMatch(/^five fields: minute, hour/);
  });

  it("that never fires is refused", () => {
    expect(cronError("0 0 31 2 *")).toContain("a time that exists");
  });
});

it("a rate fires at whole periods after its start, whatever the time of the question", () => {
  const since = Date.parse("2027-03-28T00:07:00Z");
  const rhythm = { everyMinutes: 90, since };

  expect(nextFiring(rhythm, since - 5 * minute)).toBe(since + 90 * minute);
  expect(nextFiring(rhythm, since)).toBe(since + 90 * minute);
  expect(nextFiring(rhythm, since + 90 * minute - 1)).toBe(since + 90 * minute);
  expect(nextFiring(rhythm, since + 90 * minute)).toBe(since + 180 * minute);
});

it("the last firing up to a time is the one that no other follows until then", () => {
  const crons = ["* * * * *", "*/7 3 * * *", "30 2 * * *", "0 0 1 * *", "15 9-17 * * MON-FRI"];
  const start = Date.parse("2027-03-20T00:00:00Z");

  fc.assert(
    fc.property(fc.constantFrom(...crons), fc.nat(90 * 1_440), fc.nat(minute), (cron, minutes, odd) => {
      const rhythm = { cron, timeZone: "Europe/Berlin" };
      const from = nextFiring(rhythm, start) ?? 0;
      const until = from + minutes * minute + odd;

      const last = lastFiring(rhythm, from, until);

      expect(last).toBeLessThanOrEqual(until);
      expect(nextFiring(rhythm, last - 1)).toBe(last);
      expect(nextFiring(rhythm, last)).toBeGreaterThan(until);
    }),
    { numRuns: 300, seed: 20_270_131 },
  );
});
