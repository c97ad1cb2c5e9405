import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");

/** The cells of the first row of a Markdown table that begins so. */
function row(text: string, title: string): string[] {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`| ${title} |`));
  return (line ?? "").split("|").map((cell) => cell.trim());
}

it.each([
  ["Sluice, steering (default)", "**steering**"],
  ["Sluice, tracking: target tracking on `NeedPercent`", "**tracking**"],
  ["backlog per task, the rule in AWS's documentation", "textbook"],
  ["KEDA, tuned", "keda-tuned"],
])("README shows what docs/scaling-results.md says of %s", (told, policy) => {
  const [, , inTime, tasks, instances] = row(read("README.md"), told);
  const [, , seenInTime, , seenTasks, seenInstances] = row(read("docs/scaling-results.md"), policy);

  expect([inTime, tasks, instances]).toEqual([`${seenInTime} %`, seenTasks, seenInstances]);
});
