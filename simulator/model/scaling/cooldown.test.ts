import { describe, expect, it } from "vitest";
import { type Cooldown, startCooldown, throughCooldown } from "./cooldown.ts";
import type { Ask } from "./proposal.ts";

const begin = 1_000_000;
const length = 300_000;
const within = begin + length - 1;
const after = begin + length;

const out = (base: number, wanted: number): Ask => ({ asks: "out", base, wanted });
const into = (base: number, wanted: number): Ask => ({ asks: "in", base, wanted });
const afterOut: Cooldown = startCooldown(undefined, out(10, 12), 12, length, begin);
const afterIn: Cooldown = startCooldown(undefined, into(10, 5), 5, length, begin);

describe("a scale-out cooldown [A23] step-scaling-policies.md, cooldown period", () => {
  it("credits what was added: 2 added, then 3 asked for, adds 1", () => {
    expect(throughCooldown(afterOut, out(10, 13), within)?.wanted).toBe(13);
    expect(throughCooldown(afterOut, out(12, 15), within)?.wanted).toBe(13);
  });

  it.each([
    [10, 12],
    [12, 14],
    [10, 11],
  ])("blocks one that is no larger: from %d to %d", (base, wanted) => {
    expect(throughCooldown(afterOut, out(base, wanted), within)).toBeUndefined();
  });

  it("is over when its time is", () => {
    expect(throughCooldown(afterOut, out(12, 14), after)).toEqual(out(12, 14));
  });

  it("keeps the credit when a larger scale-out starts it anew [D]", () => {
    const again = startCooldown(afterOut, out(10, 13), 13, length, within);

    expect(again).toEqual({ direction: "out", startedAt: within, milliseconds: length, from: 10, to: 13 });
    expect(startCooldown(afterOut, out(12, 15), 13, length, within)).toEqual(again);
    expect(throughCooldown(again, out(10, 13), after)).toBeUndefined();
    expect(throughCooldown(again, out(10, 14), after)?.wanted).toBe(14);
  });

  it("counts credit from the running tasks again once it was over", () => {
    expect(startCooldown(afterOut, out(12, 14), 14, length, after).from).toBe(12);
  });

  it("never leads beyond what was asked for when tasks were lost meanwhile [D]", () => {
    expect(throughCooldown(afterOut, out(8, 12), within)?.wanted).toBe(12);
  });

  it("holds back no scale-in [D]", () => {
    expect(throughCooldown(afterOut, into(12, 5), within)).toEqual(into(12, 5));
  });
});

describe("a scale-in cooldown [A23] step-scaling-policies.md, cooldown period", () => {
  it("blocks scale-in until it is over", () => {
    expect(throughCooldown(afterIn, into(5, 1), within)).toBeUndefined();
    expect(throughCooldown(afterIn, into(5, 1), after)).toEqual(into(5, 1));
  });

  it("lets scale-out go ahead at once, which cancels it", () => {
    const ask = throughCooldown(afterIn, out(5, 6), begin + 1);
    const next = startCooldown(afterIn, out(5, 6), 6, length, begin + 1);

    expect(ask).toEqual(out(5, 6));
    expect(next).toEqual({ direction: "out", startedAt: begin + 1, milliseconds: length, from: 5, to: 6 });
    expect(throughCooldown(next, into(6, 5), begin + 2)).toEqual(into(6, 5));
  });
});

describe("no cooldown", () => {
  it("changes nothing", () => {
    expect(throughCooldown(undefined, into(5, 1), begin)).toEqual(into(5, 1));
  });
});
