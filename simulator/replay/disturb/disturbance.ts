import type { Policy } from "../../policies/policy.ts";
import type { Scenario } from "../scenario.ts";
import type { WorldEvent } from "./world-events.ts";

/** Something that goes wrong in a replay; the same for the same list and seed. */
export type Disturbance =
  /** Between what there is and what the policy sees or remembers. */
  | { kind: "policy"; text: string; around(policy: Policy, scenario: Scenario, seed: number): Policy }
  /** In the jobs themselves. */
  | { kind: "jobs"; text: string; change(scenario: Scenario): Scenario }
  /** In the cloud, at moments of its own. */
  | { kind: "world"; text: string; events(scenario: Scenario, seed: number): readonly WorldEvent[] };
