import { describe, expect, it } from "vitest";
import { judgeDatapoints, type MissingData, type StateValue } from "./alarm-verdict.ts";

const treatments: MissingData[] = ["missing", "ignore", "breaching", "notBreaching"];

/** "0 - X" in AWS's notation: good, missing, breaching, newest last. */
function points(text: string): (boolean | undefined)[] {
  return text.split(" ").map((mark) => (mark === "-" ? undefined : mark === "X"));
}

function judgeAll(datapointsToAlarm: number, text: string, current: StateValue = "INSUFFICIENT_DATA"): string {
  const states = treatments.map((treatMissingData) =>
    judgeDatapoints({ datapointsToAlarm, evaluationPeriods: 3, treatMissingData }, points(text), current),
  );
  return states.map((state) => (state === "INSUFFICIENT_DATA" ? "NONE" : state)).join(" ");
}

// Rows as AWS prints them; "Retain current state" shows as the current state, here INSUFFICIENT_DATA (NONE).
describe("alarms-and-missing-data.html, 3 of 3 with an evaluation range of 5 [A]", () => {
  it.each([
    ["0 - X - X", "OK OK OK OK"],
    ["0 - - - -", "OK OK OK OK"],
    ["- - - - -", "NONE NONE ALARM OK"],
    ["0 X X - X", "ALARM ALARM ALARM ALARM"],
    ["- - X - -", "ALARM NONE ALARM OK"],
  ])("%s gives %s for missing, ignore, breaching, notBreaching", (text, expected) => {
    expect(judgeAll(3, text)).toBe(expected);
  });
});

describe("alarms-and-missing-data.html, 2 of 3 with an evaluation range of 5 [A]", () => {
  it.each([
    ["0 - X - X", "ALARM ALARM ALARM ALARM"],
    ["0 0 X 0 X", "ALARM ALARM ALARM ALARM"],
    ["0 - X - -", "OK OK ALARM OK"],
    ["- - - - 0", "OK OK ALARM OK"],
    ["- - - X -", "ALARM NONE ALARM OK"],
  ])("%s gives %s for missing, ignore, breaching, notBreaching", (text, expected) => {
    expect(judgeAll(2, text)).toBe(expected);
  });
});

describe("alarms-and-missing-data.html, avoiding premature transitions [A]", () => {
  it.each([
    ["- - - - X", "INSUFFICIENT_DATA"],
    ["- - - X -", "INSUFFICIENT_DATA"],
    ["- - X - -", "ALARM"],
    ["- - X X -", "ALARM"],
    ["X - - - -", "ALARM"],
    ["- - - X 0", "OK"],
    ["- - X - 0", "OK"],
  ])("%s, missing as missing, 3 of 3, gives %s", (text, expected) => {
    const rule = { datapointsToAlarm: 3, evaluationPeriods: 3, treatMissingData: "missing" as const };

    expect(judgeDatapoints(rule, points(text), "OK")).toBe(expected);
  });

  it.each<StateValue>(["OK", "ALARM", "INSUFFICIENT_DATA"])("ignore keeps the state %s", (current) => {
    const rule = { datapointsToAlarm: 3, evaluationPeriods: 3, treatMissingData: "ignore" as const };

    expect(judgeDatapoints(rule, points("- - X - -"), current)).toBe(current);
  });
});

describe("alarms-and-missing-data.html, nothing missing [A]", () => {
  it("does not look at the older points of the range", () => {
    expect(judgeAll(3, "X X 0 X X")).toBe("OK OK OK OK");
    expect(judgeAll(3, "0 0 X X X")).toBe("ALARM ALARM ALARM ALARM");
  });
});
