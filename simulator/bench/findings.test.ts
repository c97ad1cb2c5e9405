import { describe, expect, it } from "vitest";
import { sampleResult } from "../testing/sample-result.ts";
import { collectFindings } from "./findings.ts";

const findings = collectFindings([
  sampleResult({ sloPercent: 90 }),
  sampleResult({ sloPercent: 80, seed: 2 }),
  sampleResult({ sloPercent: 40, seed: 3 }),
  sampleResult({ sloPercent: 60, disturbances: ["outage"] }),
  sampleResult({ sloPercent: 70, disturbances: ["outage"], hasBackstop: true }),
  sampleResult({ sloPercent: 99, layer: "ideal" }),
]);

describe("findings", () => {
  it("keep apart what went wrong, the backstop and the layer", () => {
    expect(findings.overall("p", { disturbance: "outage" }).meanSloPercent).toBe(60);
    expect(findings.overall("p", { disturbance: "outage", hasBackstop: true }).meanSloPercent).toBe(70);
    expect(findings.lists("p", { layer: "ideal" })[0]?.sloPercent).toBe(99);
    expect(findings.overall("p").meanSloPercent).toBe(70);
  });

  it("compare like with like: only the first seeds where the other side has no more", () => {
    expect(findings.overall("p", { seedsAtMost: 2 }).meanSloPercent).toBe(85);
  });

  it("refuse to tell of what was never replayed", () => {
    expect(() => findings.overall("q")).toThrow("came q/aws/clean/alone");
  });
});
