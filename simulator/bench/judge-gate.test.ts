import { describe, expect, it } from "vitest";
import type { ReplayResult } from "../replay/result.ts";
import { summarizeLists, summarizePolicies } from "../summarize.ts";
import { sampleResult } from "../testing/sample-result.ts";
import { type Judged, judgeGate, judgeGoal, judgeList } from "./judge-gate.ts";

type Changes = Partial<ReplayResult>;

/** Two lists, of each what ours, the ceiling and tuned KEDA did. */
function judged(lists: Record<string, { ours?: Changes; ceiling?: Changes; keda?: Changes }>): Judged {
  const results = (read: (of: (typeof lists)[string]) => Changes | undefined) =>
    Object.entries(lists).map(([list, of]) => sampleResult({ list, ...read(of) }));
  const ours = results((of) => of.ours);
  const [overall] = summarizePolicies(ours);
  if (!overall) throw new Error("expected lists");
  return {
    ours: summarizeLists(ours),
    overall,
    ceiling: summarizeLists(results((of) => of.ceiling)),
    tunedKeda: summarizeLists(results((of) => of.keda)),
  };
}

const outcome = (verdicts: ReturnType<typeof judgeGoal>) => verdicts.map(({ isMet }) => isMet);

describe("the gate", () => {
  it("is passed by who is in time everywhere and pays the least", () => {
    expect(outcome(judgeGate(judged({ a: {}, b: {} })))).toEqual([true, true, true, true, true, true]);
  });

  it("fails for a list below 95 %, by its name, unless the ceiling is low there as well", () => {
    const late = { sloPercent: 94.6 };

    const [failed] = judgeGate(judged({ a: {}, b: { ours: late } }));
    const [passed] = judgeGate(judged({ a: {}, b: { ours: late, ceiling: { sloPercent: 96.9 } } }));

    expect(failed).toMatchObject({ isMet: false, seen: "1 of 2; not b (94.6)" });
    expect(passed).toMatchObject({ isMet: true, seen: "all 1" });
  });

  it("lets 0.3 points and 0.02 pass as noise, and no more", () => {
    const means = (changes: Changes) => outcome(judgeGate(judged({ a: { ours: changes, keda: changes } })));

    expect(means({ sloPercent: 98.2, taskRatio: 1.229, instanceRatio: 1.509 }).slice(1, 4)).toEqual([true, true, true]);
    expect(means({ sloPercent: 98.1, taskRatio: 1.231, instanceRatio: 1.511 }).slice(1, 4)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("fails for more than 22 reversals an hour, and for a cost that is not known", () => {
    const verdicts = judgeGate(judged({ a: { ours: { reversalsPerHour: 22.1, instanceRatio: undefined } } }));

    expect(verdicts[3]).toMatchObject({ isMet: false, seen: "unknown" });
    expect(verdicts[4]).toMatchObject({ isMet: false, seen: "22.1" });
  });

  it("fails where tuned KEDA is cheaper or sooner, with both numbers", () => {
    const lists = judged({ a: { ours: { taskRatio: 1.2 }, keda: { sloPercent: 60, taskRatio: 1.1 } }, b: {} });

    expect(judgeGate(lists).at(-1)).toMatchObject({
      isMet: false,
      seen: "all but a (100.0 % at 1.20, KEDA 60.0 % at 1.10)",
    });
  });
});

describe("the goal", () => {
  it("asks 98 % or what the ceiling reaches less one point, and lets nothing pass as noise", () => {
    const met = judgeGoal(judged({ a: { ours: { sloPercent: 95 }, ceiling: { sloPercent: 96 } } }));
    const missed = judgeGoal(judged({ a: { ours: { sloPercent: 97.9 } } }));

    expect(met[0]?.isMet).toBe(true);
    expect(missed[0]).toMatchObject({ isMet: false, seen: "0 of 1; not a (97.9)" });
  });

  it("asks more of each mean than the gate", () => {
    const gateOnly = { sloPercent: 98.6, taskRatio: 1.2, instanceRatio: 1.45, reversalsPerHour: 20 };

    const lists = judged({ a: { ours: gateOnly, keda: gateOnly } });

    expect(outcome(judgeGate(lists))).not.toContain(false);
    expect(outcome(judgeGoal(lists)).slice(1)).toEqual([false, false, false, false]);
  });
});

it.each([
  [98, 100, "goal"],
  [94.9, 95.5, "goal"],
  [97.9, 100, "gate"],
  [94.7, 100, "gate"],
  [94.6, 100, "**below the gate**"],
  [80, 96, "below 95 %; not asked for here"],
])("says of %d in time where the ceiling is %d: %s", (sloPercent, ceilingPercent, verdict) => {
  const [ours, ceiling] = [sloPercent, ceilingPercent].map(
    (slo) => summarizeLists([sampleResult({ sloPercent: slo })])[0],
  );

  expect(ours && ceiling && judgeList(ours, ceiling)).toBe(verdict);
});
