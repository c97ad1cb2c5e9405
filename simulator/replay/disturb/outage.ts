import type { Policy } from "../../policies/policy.ts";
import type { Scenario } from "../scenario.ts";
import { lookThrough } from "./blur-sample.ts";
import { findLargestRise, type Stretch } from "./stretch.ts";

/** How long the controller is down. */
const outageSeconds = 1_200;

/** The stretch of this list in which the controller is down, or would be. */
export function findOutage({ jobs }: Pick<Scenario, "jobs">): Stretch | undefined {
  return findLargestRise(jobs, outageSeconds);
}

/** The controller is down for that stretch: it decides and publishes nothing, and keeps its memory. */
export function dieWithin(policy: Policy, { fromSeconds, toSeconds }: Stretch): Policy {
  return lookThrough(policy, () => (sample, now) => {
    const seconds = now / 1_000;
    return seconds >= fromSeconds && seconds < toSeconds ? undefined : sample;
  });
}

/** The controller restarts at that moment, without its memory. */
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
