import { meanOfKnown } from "../mean.ts";
import { disturbances } from "../replay/disturb/disturb.ts";
import type { Circumstances, Findings } from "./findings.ts";
import { markdownTable, percent, threeFigures } from "./markdown.ts";
import { compared, dirt, disturbedSeeds } from "./plan-pairs.ts";

/** What becomes of the policies when the world is not as clean as a model: beside the clean run. */
export function dirtSection(findings: Findings): string {
  const row = (name: string, disturbance?: string) => [
    name,
    ...compared.map((policy) => {
      const { meanSloPercent, taskRatio, instanceRatio } = findings.overall(policy, circumstancesOf(disturbance));
      return threeFigures({ slo: meanSloPercent, tasks: taskRatio, instances: instanceRatio });
    }),
  ];
  const rows = [row("clean"), ...dirt.map((name) => row(name, name))];
  const lateRow = (name: string, disturbance?: string) => [
    name,
    ...compared.map((policy) => {
      const lists = findings.lists(policy, circumstancesOf(disturbance));
      return percent(meanOfKnown(lists.map(({ lateAfterMiddlePercent }) => lateAfterMiddlePercent)));
    }),
  ];
  const lateRows = [lateRow("clean"), ...inTheMiddle.map((name) => lateRow(name, name))];
  const meanings = dirt.map((name) => `- \`${name}\`: ${disturbances[name]?.text}`).join("\n");
  return `### Dirt

In time % · tasks · instances, each over all lists. Where jobs change so does what they cost at the least, which is not known then: tasks are compared with the work itself.

${markdownTable(["disturbance", ...compared], rows)}

${meanings}

Of the jobs that came in the 20 minutes after the middle of the list, late % on average over the lists:

${markdownTable(["disturbance", ...compared], lateRows)}`;
}

function circumstancesOf(disturbance: string | undefined): Circumstances {
  return { seedsAtMost: disturbedSeeds, ...(disturbance ? { disturbance } : {}) };
}

/** What happens at one moment hardly shows in a whole list. */
const inTheMiddle = ["slow-jobs", "deployment", "spot-loss"];
