import { formatTable } from "../report/table.ts";

/** One figure of a benchmark beside its target. Exactly one of `atLeast` and `atMost` is set, in `unit`. */
export interface Figure {
  name: string;
  measured: number;
  /** Such as "x", "ms", "jobs/s". */
  unit: string;
  atLeast?: number;
  atMost?: number;
  /**
   * The value that an earlier run reached, while the target is out of reach; docs/performance.md then names the limit.
   * The verdict compares with it instead of the target.
   */
  reached?: number;
}

export type Judged = "reached" | "not reached" | "worse than before";

/** A figure may be this much worse than the target, or than what was reached, before the benchmark fails. */
const tolerance = 0.9;

/** "worse than before": worse than nine tenths of the target, or of `reached` if that is set. */
export function judgeFigure(figure: Figure): Judged {
  const target = figure.atLeast ?? figure.atMost;
  if (target === undefined) throw new Error(`figure "${figure.name}": expected atLeast or atMost, got neither`);
  const isAtLeast = figure.atLeast !== undefined;
  if (isAtLeast ? figure.measured >= target : figure.measured <= target) return "reached";
  const before = figure.reached ?? target;
  // Written so that NaN counts as worse.
  const isNear = isAtLeast ? figure.measured >= before * tolerance : figure.measured <= before / tolerance;
  return isNear ? "not reached" : "worse than before";
}

/** Prints the figures beside their targets. Sets exit code 1 if one is worse than before. */
export function reportFigures(figures: readonly Figure[]): void {
  const judged = figures.map((figure) => ({ figure, verdict: judgeFigure(figure) }));
  console.log(
    formatTable(
      ["figure", "measured", "target", "unit", "verdict"],
      judged.map(({ figure, verdict }) => [
        figure.name,
        round(figure.measured),
        figure.atLeast === undefined ? `<= ${figure.atMost}` : `>= ${figure.atLeast}`,
        figure.unit,
        verdict,
      ]),
    ),
  );
  if (judged.some(({ verdict }) => verdict === "worse than before")) process.exitCode = 1;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
