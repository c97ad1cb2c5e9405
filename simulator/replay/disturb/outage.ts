import type { Policy } from "../../policies/policy.ts";
import type { Scenario } from "../scenario.ts";
import { lookThrough } from "./blur-sample.ts";
import { findLargestRise, type Stretch } from "./stretch.ts";

/** How long a controller is away that dies when it is needed most. */
export const outageSeconds = 1_200;

/** Where the controller of this list dies, or would. */
export function findOutage({ jobs }: Pick<Scenario, "jobs">): Stretch | undefined {
  return findLargestRise(jobs, outageSeconds);
}

/** The controller is dead for that stretch: it decides nothing and publishes nothing. It keeps what it remembers. */
export function dieWithin(policy: Policy, { fromSeconds, toSeconds }: Stretch): Policy {
  return lookThrough(policy, () => (sample, now) => {
    const seconds = now / 1_000;
    return seconds >= fromSeconds && seconds < toSeconds ? undefined : sample;
  });
}

/** The controller begins anew at that moment, and knows nothing of what was before. */
export function restartAt(policy: Policy, seconds: number): Policy {
  return {
    ...policy,
    begin() {
      let decide = policy.begin();
      let hasRestarted = false;
      return (sample, now) => {
        if (!hasRestarted && now >= seconds * 1_000) {
          decide = policy.begin();
          hasRestarted = true;
        }
        return decide(sample, now);
      };
    },
  };
}
