import { benchmarked } from "../policies/catalogue.ts";
import type { Findings } from "./findings.ts";
import { markdownTable, percent, ratio, threeFigures } from "./markdown.ts";
import { steering, textbook, tracking } from "./plan-pairs.ts";

/** Every policy over all lists, those of the controller first. */
export function policySection(findings: Findings): string {
  const rows = Object.keys(benchmarked).map((policy) => {
    const found = findings.overall(policy);
    return [
      isOurs(policy) ? `**${policy}**` : policy,
      percent(found.meanSloPercent),
      `${found.listsInTime} of ${found.lists}`,
      ratio(found.taskRatio),
      ratio(found.instanceRatio),
      found.reversalsPerHour.toFixed(1),
    ];
  });
  const titles = ["policy", "in time %", "lists >= 95 %", "tasks", "instances", "reversals/h"];
  return `### Policies\n\n${markdownTable(titles, rows)}\n\n${compareTracking(findings)}`;
}

function isOurs(policy: string): boolean {
  return policy === steering || policy === tracking;
}

/** Both leave the acting to target tracking: what differs is what they publish. */
function compareTracking(findings: Findings): string {
  const [own, theirs] = [tracking, textbook].map((policy) => {
    const { meanSloPercent, taskRatio, instanceRatio } = findings.overall(policy);
    return { slo: meanSloPercent, tasks: taskRatio, instances: instanceRatio };
  });
  if (!own || !theirs) throw new RangeError("expected tracking and textbook");
  const isSooner = own.slo > theirs.slo;
  const isCheaper = own.tasks < theirs.tasks && (own.instances ?? Infinity) < (theirs.instances ?? Infinity);
  const verdict = isSooner && isCheaper ? "better on both" : isSooner || isCheaper ? "better on one only" : "no better";
  return `Target tracking by our metric against target tracking by the textbook's (in time % · tasks · instances):
${threeFigures(own)} against ${threeFigures(theirs)}: ${verdict} of punctuality and cost.`;
}
