import { shapeNames } from "../workload/rate.ts";
import { policies } from "./policies/catalogue.ts";
import { disturbances } from "./replay/disturb/disturb.ts";

export const usage = `Replays jobs under scaling policies on a virtual clock, and says what each would cost and who would wait.

  npm run simulate -- --shape NAME     jobs of a shape: ${shapeNames.join(", ")}
  npm run simulate -- --jobs FILE      jobs of a list: arrival_seconds,service_seconds in a .csv or .csv.gz
  npm run simulate -- --lists FOLDER   all lists of the folder's index.json, or some: --list NAME, may be repeated

  --policy NAME    all, or one of the following; may be repeated (all)
                   ${wrapped(Object.keys(policies))}
  --layer NAME     aws: a model of AWS's scaling; ideal: a cloud that obeys at once (aws)
  --seeds N        so many replays of each, with other boot times and phases, and for a shape other jobs (1)
  --disturb NAME   none, or what goes wrong, may be repeated
                   ${described(disturbances)}
  --backstop       with the step policy beside each that helps while a controller is dead
  --json           every replay's numbers as JSON
  --threads N      so many replays at once (2)

A shape:           --rate JOBS_A_SECOND (1) --minutes N (60) --service SECONDS ("exponential:5")
A shape or a list: --wait SECONDS (60) --slots N (2) --tasks-per-instance N (4) --min N (1) --max N (200) --initial N (1)
`;

/** So many names to a line, under one another. */
function wrapped(names: string[]): string {
  const lines = names.flatMap((_, index) => (index % 5 === 0 ? [names.slice(index, index + 5).join(", ")] : []));
  return lines.join(`,\n${" ".repeat(19)}`);
}

/** A name and what it stands for on each line. */
function described(all: Readonly<Record<string, { text: string }>>): string {
  const lines = Object.entries(all).map(([name, { text }]) => `${name.padEnd(14)} ${text}`);
  return lines.join(`\n${" ".repeat(19)}`);
}
