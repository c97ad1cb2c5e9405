import { meanOfKnown } from "../../runtime/arithmetic.ts";
import { disturbances } from "../replay/disturb/disturb.ts";
import type { Circumstances, Findings } from "./findings.ts";
import { markdownTable, percent, threeFigures } from "./markdown.ts";
import { commonDisturbances, compared, disturbedSeeds } from "./plan-pairs.ts";

/** The policies under each disturbance, beside the clean run. */
export function disturbanceSection(findings: Findings): string {
  const row = (name: string, disturbance?: string) => [
    name,
    ...compared.map((policy) => {
      const { meanSloPercent, taskRatio, instanceRatio } = findings.overall(policy, circumstancesOf(disturbance));
      return threeFigures({ slo: meanSloPercent, tasks: taskRatio, instances: instanceRatio });
    }),
  ];
  const rows = [row("clean"), ...commonDisturbances.map((name) => row(name, name))];
  const lateRow = (name: string, disturbance?: string) => [
    name,
    ...compared.map((policy) => {
      const lists = findings.lists(policy, circumstancesOf(disturbance));
      return percent(meanOfKnown(lists.map(({ lateAfterMiddlePercent }) => lateAfterMiddlePercent)));
    }),
  ];
  const lateRows = [lateRow("clean"), ...inTheMiddle.map((name) => lateRow(name, name))];
  const meanings = commonDisturbances.map((name) => `- \`${name}\`: ${disturbances[name]?.text}`).join("\n");
  return `### Disturbances

In time % · tasks · instances, each over all lists. Where a disturbance changes the jobs, their least cost is unknown: tasks are compared with the work itself.

${markdownTable(["disturbance", ...compared], rows)}

${meanings}

Late % of the jobs that arrived in the 20 minutes after the middle of the list, mean over the lists:

${markdownTable(["disturbance", ...compared], lateRows)}`;
}

function circumstancesOf(disturbance: string | undefined): Circumstances {
  return { seedsAtMost: disturbedSeeds, ...(disturbance ? { disturbance } : {}) };
}

/** The effect of a single moment hardly shows in the figures of a whole list. */
const inTheMiddle = ["slow-jobs", "deployment", "spot-loss"];
