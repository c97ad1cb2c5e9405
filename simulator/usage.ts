import { shapeNames } from "../workload/rate.ts";
import { policies } from "./policies/catalogue.ts";
import { disturbances } from "./replay/disturb/disturb.ts";

export const usage = `Replays jobs under scaling policies on a virtual clock. Prints the cost of each policy and how long jobs wait under it.

  npm run simulate -- --shape NAME     jobs of a shape: ${shapeNames.join(", ")}
  npm run simulate -- --jobs FILE      jobs of a .csv or .csv.gz file: arrival_seconds,service_seconds
  npm run simulate -- --lists FOLDER   all lists of the folder's index.json, or only --list NAME, may be repeated

  --policy NAME    one of the following, may be repeated; default: all
                   ${wrapped(Object.keys(policies))}
  --layer NAME     aws: the model of AWS's scaling; ideal: every decision takes effect at once (aws)
  --seeds N        replays of each, with other boot times and tick phases, and for a shape other jobs (1)
  --disturb NAME   a disturbance, may be repeated; default: none
                   ${described(disturbances)}
  --backstop       adds the step policy that scales out while the controller is down
  --json           prints the figures of every replay as JSON
  --threads N      replays at once (2)

A shape:           --rate JOBS_A_SECOND (1) --minutes N (60) --service SECONDS ("exponential:5")
A shape or a list: --wait SECONDS (60) --slots N (2) --tasks-per-instance N (4) --min N (1) --max N (200) --initial N (1)
`;

/** Five names a line. */
function wrapped(names: string[]): string {
  const lines = names.flatMap((_, index) => (index % 5 === 0 ? [names.slice(index, index + 5).join(", ")] : []));
  return lines.join(`,\n${" ".repeat(19)}`);
}

/** A name and its text a line. */
function described(all: Readonly<Record<string, { text: string }>>): string {
  const lines = Object.entries(all).map(([name, { text }]) => `${name.padEnd(14)} ${text}`);
  return lines.join(`\n${" ".repeat(19)}`);
}
