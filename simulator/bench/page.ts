import type { Collection } from "./collection.ts";
import { disturbanceSection } from "./disturbance-section.ts";
import type { Findings } from "./findings.ts";
import { listSection } from "./list-section.ts";
import { outageSection } from "./outage-section.ts";
import { disturbedSeeds } from "./plan-pairs.ts";
import { policySection } from "./policy-section.ts";
import { verdictSection } from "./verdict-section.ts";

export interface Judgement {
  collection: Collection;
  findings: Findings;
}

/** The whole page: the same text from the same findings. */
export function writePage(
  { given, generated, seeds }: { given: Judgement | undefined; generated: Judgement; seeds: number },
  triedAndDropped: string | undefined,
): string {
  const parts = [
    preface(seeds),
    given ? section(given, [verdictSection(given.findings)]) : withoutLists,
    section(generated, []),
    ...(triedAndDropped ? [`## Tried and dropped\n\n${triedAndDropped.trim()}`] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

function preface(seeds: number): string {
  return `# Scaling results

**Every figure here is simulated, on a model of AWS ([model.md](model.md)); none was measured on AWS.** \`npm run bench:scaling\` writes this page: job lists replayed on the
model with ${count(seeds)} each, which draw boot times and phases; what is disturbed, and what stands beside it there, with ${count(Math.min(seeds, disturbedSeeds))}.
Figures are means over the seeds.

- **in time**: the share of jobs that start within the wait target; over lists, the mean
- **tasks**, **instances**: hours paid, over those of the comparison each section names; over lists, the geometric mean
- **reversals**: scale actions undone within ten minutes, an hour`;
}

function count(seeds: number): string {
  return seeds === 1 ? "one seed" : `${seeds} seeds`;
}

const withoutLists = `## Lists from public records

Not in this edition. \`npm run bench:scaling -- --lists FOLDER\` adds them, from a folder with an \`index.json\` of their parameters and bounds and a \`NAME.csv.gz\` for each
(\`arrival_seconds,service_seconds\`); the gate is judged on them.`;

function section({ collection, findings }: Judgement, first: readonly string[]): string {
  const parts = [
    `## ${collection.title}`,
    collection.preface,
    ...first,
    policySection(findings),
    listSection(collection, findings),
    disturbanceSection(findings),
    outageSection(findings),
  ];
  return parts.join("\n\n");
}
