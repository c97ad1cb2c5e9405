import type { Finding, Verdict } from "../verdict.ts";
import { isOlder } from "../version.ts";

export interface NodeFacts {
  /** The version of the `node` that Pulumi will find. */
  forPulumi: Finding<string>;
  /** The version of the `node` this machine has of its own. */
  ofMachine: Finding<string>;
}

/** The `engines` of package.json. */
const oldest = "20.6.0";

/** Pulumi starts the program with the first `node` it finds. An older one can load no TypeScript. */
export function judgeNode({ forPulumi, ofMachine }: NodeFacts): Verdict {
  const check = "Node";
  const advice = `Install Node ${oldest} or newer.`;
  if ("unknown" in forPulumi) return { check, status: "problem", found: forPulumi.unknown, advice };
  const own = "value" in ofMachine ? ofMachine.value : "none";
  const found = own === forPulumi.value ? forPulumi.value : `${forPulumi.value} for Pulumi; this machine's own: ${own}`;
  if (isOlder(forPulumi.value, oldest)) return { check, status: "problem", found, advice };
  if ("value" in ofMachine && isOlder(ofMachine.value, oldest)) {
    return { check, status: "warning", found, advice: `npm scripts expect Node ${oldest} or newer.` };
  }
  return { check, status: "ok", found };
}
