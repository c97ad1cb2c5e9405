import { disturbances } from "../replay/disturb/catalogue.ts";
import { threeFigures } from "./figures.ts";
import type { Findings } from "./findings.ts";
import { markdownTable } from "./markdown.ts";
import { compared, dirt } from "./plan-pairs.ts";

/** What becomes of the policies when the world is not as clean as a model: beside the clean run. */
export function dirtSection(findings: Findings): string {
  const row = (name: string, disturbance?: string) => [
    name,
    ...compared.map((policy) => {
      const { meanSloPercent, taskRatio, instanceRatio } = findings.overall(policy, disturbance ? { disturbance } : {});
      return threeFigures({ slo: meanSloPercent, tasks: taskRatio, instances: instanceRatio });
    }),
  ];
  const rows = [row("clean"), ...dirt.map((name) => row(name, name))];
  const meanings = dirt.map((name) => `- \`${name}\`: ${disturbances[name]?.text}`).join("\n");
  return `### Dirt

In time % · tasks · instances, each over all lists. Where jobs change so does what they cost at the least, which is not known then: tasks are compared with the work itself.

${markdownTable(["disturbance", ...compared], rows)}

${meanings}`;
}
