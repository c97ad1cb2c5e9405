import type { Policy, PolicyFactory } from "../../policies/policy.ts";
import type { Scenario } from "../scenario.ts";
import { findDisturbance } from "./catalogue.ts";
import type { WorldEvent } from "./world-events.ts";

/** A replay's list, policy and world, with the named disturbances in them. */
export function disturb(
  scenario: Scenario,
  createPolicy: PolicyFactory,
  { names, seed }: { names: readonly string[]; seed: number },
): Disturbed {
  const chosen = names.map(findDisturbance);
  const jobs = chosen.filter((one) => one.kind === "jobs");
  const changed = jobs.reduce((before, { change }) => change(before), scenario);
  const policy = chosen
    .filter((one) => one.kind === "policy")
    .reduce((inner, { around }) => around(inner, changed, seed), createPolicy(changed));
  const events = chosen.filter((one) => one.kind === "world").flatMap((one) => one.events(changed, seed));
  return { scenario: changed, policy, events };
}

export interface Disturbed {
  scenario: Scenario;
  policy: Policy;
  events: readonly WorldEvent[];
}
