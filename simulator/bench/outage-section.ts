import { meanOfKnown } from "../../runtime/arithmetic.ts";
import type { Circumstances, Findings } from "./findings.ts";
import { markdownTable, percent, ratio } from "./markdown.ts";
import { disturbedSeeds, steering, tracking } from "./plan-pairs.ts";

/** An outage of the controller, with and without the backstop. */
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
  return `### Controller down

The controller is down for 20 minutes, from just before the largest rise of work; "late in the rise" is the share of late jobs among the arrivals of these 20 minutes, mean over the lists.
"Restarted" is a controller that loses its memory in the middle of them. The backstop is the step policy of \`autoscaler/policy/backstop.ts\`, which needs no Lambda; its changes of the desired count are summed over all lists.

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

/** Where the backstop changed the desired count although the controller ran. */
function tellFirings(findings: Findings): string {
  return [steering, tracking]
    .map((policy) => {
      const fired = findings.lists(policy, { hasBackstop: true }).filter(({ backstopMoves }) => backstopMoves > 0);
      const told = fired.map(({ list, backstopMoves }) => `${list} ${backstopMoves.toFixed(1)}`);
      return `Beside a living \`${policy}\` the backstop moved the count ${told.length === 0 ? "never" : `on ${told.join(", ")} times a replay`}.`;
    })
    .join(" ");
}
