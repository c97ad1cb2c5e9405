import type { ListSummary } from "../summarize.ts";
import type { BenchList, Collection } from "./collection.ts";
import type { Findings } from "./findings.ts";
import { judgeList } from "./judge-gate.ts";
import { markdownTable, percent, threeFigures } from "./markdown.ts";
import { ceiling, steering, textbook, tunedKeda } from "./plan-pairs.ts";

/** Each list with the figures of steering, tuned KEDA and the textbook policy on it. */
export function listSection({ lists }: Collection, findings: Findings): string {
  const columns = [steering, tunedKeda, textbook].map((policy) => findings.lists(policy));
  const ceilings = findings.lists(ceiling, { layer: "ideal" });
  const rows = lists.map(({ scenario }, index) => {
    const highest = ceilings[index];
    const found = columns.map((column) => column[index]);
    const [ours] = found;
    if (!highest || !ours) throw new RangeError(`expected findings of ${scenario.name}; came none`);
    return [
      scenario.name,
      percent(highest.sloPercent),
      ...found.map((summary) => summary && threeFiguresOf(summary)),
      judgeList(ours, highest),
    ];
  });
  const titles = ["list", "ceiling: in time %", `**${steering}**`, tunedKeda, textbook, "reaches"];
  return `### List by list

In time % · tasks · instances. The ceiling is \`${ceiling}\` on the ideal layer: a slot for each job in the second of its arrival, and instances that
boot in 90 s. It is about the best without foresight.

${markdownTable(titles, rows)}

${describeLists(lists)}`;
}

function threeFiguresOf({ sloPercent, taskRatio, instanceRatio }: ListSummary): string {
  return threeFigures({ slo: sloPercent, tasks: taskRatio, instances: instanceRatio });
}

function describeLists(lists: readonly BenchList[]): string {
  const rows = lists.map(({ scenario, origin }) => [
    scenario.name,
    String(scenario.jobs.arrivalSeconds.length),
    scenario.expectedServiceSeconds.toFixed(1),
    String(scenario.waitTargetSeconds),
    String(scenario.slotsPerTask),
    String(scenario.initialTasks),
    String(scenario.maxTasks),
    origin,
  ]);
  const titles = [
    "list",
    "jobs",
    "mean service s",
    "wait target s",
    "slots",
    "tasks at first",
    "at most",
    "what it is",
  ];
  return markdownTable(titles, rows);
}
