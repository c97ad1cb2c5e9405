import { meanOfKnown } from "../mean.ts";
import type { Circumstances, Findings } from "./findings.ts";
import { markdownTable, percent, ratio } from "./markdown.ts";
import { disturbedSeeds, steering, tracking } from "./plan-pairs.ts";

/** A dead controller, with and without the step policy that works without it. */
export function outageSection(findings: Findings): string {
  const rows = [steering, tracking].flatMap((policy) =>
    cases.map(({ name, ...circumstances }) => {
      const overall = findings.overall(policy, circumstances);
      const lists = findings.lists(policy, circumstances);
      return [
        policy,
        name,
        percent(meanOfKnown(lists.map(({ lateInRisePercent }) => lateInRisePercent))),
        percent(overall.meanSloPercent),
        ratio(overall.taskRatio),
        ratio(overall.instanceRatio),
        lists.reduce((sum, { backstopMoves }) => sum + backstopMoves, 0).toFixed(0),
      ];
    }),
  );
  const titles = ["policy", "controller", "late in the rise %", "in time %", "tasks", "instances", "backstop moves"];
  return `### A dead controller

The controller dies for 20 minutes just before the largest rise of work; "late in the rise" is the share of late jobs among those that came in these 20 minutes, on average over the lists.
"Restarted" is a controller that loses its memory in the middle of them. The backstop is the step policy of \`autoscaler/policy/backstop.ts\`, which needs no Lambda; how often it moved the count is summed over all lists.

${markdownTable(titles, rows)}

${tellFirings(findings)}`;
}

const cases: readonly ({ name: string } & Circumstances)[] = [
  { name: "alive", seedsAtMost: disturbedSeeds },
  { name: "alive, with backstop", hasBackstop: true },
  { name: "dead", disturbance: "outage" },
  { name: "dead, with backstop", disturbance: "outage", hasBackstop: true },
  { name: "restarted", disturbance: "restart" },
];

/** Where it moved the count although the controller lived. */
function tellFirings(findings: Findings): string {
  return [steering, tracking]
    .map((policy) => {
      const fired = findings.lists(policy, { hasBackstop: true }).filter(({ backstopMoves }) => backstopMoves > 0);
      const told = fired.map(({ list, backstopMoves }) => `${list} ${backstopMoves.toFixed(1)}`);
      return `Beside a living \`${policy}\` the backstop moved the count ${told.length === 0 ? "never" : `on ${told.join(", ")} times a replay`}.`;
    })
    .join(" ");
}
