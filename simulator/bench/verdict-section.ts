import type { Findings } from "./findings.ts";
import { type Judged, judgeGate, judgeGoal, type Verdict } from "./judge-gate.ts";
import { markdownTable } from "./markdown.ts";
import { ceiling, steering, tunedKeda } from "./plan-pairs.ts";

/** The figures by which the steering mode is judged. */
export function gateOf(findings: Findings): Verdict[] {
  return judgeGate(judgedOf(findings));
}

export function verdictSection(findings: Findings): string {
  const titles = ["demand", "", "seen"];
  const rows = (verdicts: readonly Verdict[], words: readonly [string, string]) =>
    verdicts.map(({ demand, isMet, seen }) => [demand, isMet ? words[0] : words[1], seen]);
  const goals = judgeGoal(judgedOf(findings));
  return `### Gate

What \`${steering}\` must reach on these lists; 0.3 points and 0.02 are tolerated as noise. The benchmark fails where it does not.

${markdownTable(titles, rows(gateOf(findings), ["pass", "**FAIL**"]))}

### Goal

Figures not reached together so far: ${goals.filter(({ isMet }) => isMet).length} of ${goals.length} reached. It fails nothing.

${markdownTable(titles, rows(goals, ["reached", "not yet"]))}`;
}

function judgedOf(findings: Findings): Judged {
  return {
    ours: findings.lists(steering),
    overall: findings.overall(steering),
    ceiling: findings.lists(ceiling, { layer: "ideal" }),
    tunedKeda: findings.lists(tunedKeda),
  };
}
