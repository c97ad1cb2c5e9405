import type { Finding, Verdict } from "../verdict.ts";
import { parseVersion } from "../version.ts";

export interface NodeFacts {
  /** The version of the `node` that Pulumi will find. */
  forPulumi: Finding<string>;
  /** The version of the `node` this machine has of its own. */
  ofMachine: Finding<string>;
}

const wanted = 24;
/** What npm and the launcher of our scripts need. */
const least = 20;

/** The program is TypeScript that Node 24 runs as it is; an older Node cannot load it. */
export function judgeNode({ forPulumi, ofMachine }: NodeFacts): Verdict {
  const check = "Node";
  if ("unknown" in forPulumi) {
    return { check, status: "problem", found: forPulumi.unknown, advice: "Install Node 24 or newer." };
  }
  const own = "value" in ofMachine ? ofMachine.value : "none";
  const found = own === forPulumi.value ? forPulumi.value : `${forPulumi.value} for Pulumi; this machine's own: ${own}`;
  if (major(forPulumi.value) < wanted) {
    return {
      check,
      status: "problem",
      found,
      advice: `Pulumi would run the program on Node ${forPulumi.value}, which cannot load it: install Node ${wanted} or newer.`,
    };
  }
  if ("value" in ofMachine && major(ofMachine.value) < least) {
    return { check, status: "warning", found, advice: `npm scripts expect Node ${least} or newer.` };
  }
  return { check, status: "ok", found };
}

const major = (version: string): number => parseVersion(version)?.[0] ?? 0;
