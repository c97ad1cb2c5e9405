import { AppError } from "../../../runtime/errors.ts";
import type { Policy, PolicyFactory } from "../../policies/policy.ts";
import type { Fleet } from "../capacity/fleet.ts";
import type { Control } from "../control/control.ts";
import { uniformAt } from "../random.ts";
import type { Scenario } from "../scenario.ts";
import { blurCounts, lookLate, lookThrough, loseSamples, silenceAll, silenceHalf } from "./blur-sample.ts";
import { dieWithin, findOutage, restartAt } from "./outage.ts";
import { slowDown } from "./slow-jobs.ts";
import { middleMilliseconds } from "./stretch.ts";

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

/** Something that goes wrong in a replay; the same for the same list and seed. */
export type Disturbance =
  /** Between what there is and what the policy sees or remembers. */
  | { kind: "policy"; text: string; around(policy: Policy, scenario: Scenario, seed: number): Policy }
  /** In the jobs themselves. */
  | { kind: "jobs"; text: string; change(scenario: Scenario): Scenario }
  /** In the cloud, at moments of its own. */
  | { kind: "world"; text: string; events(scenario: Scenario, seed: number): readonly WorldEvent[] };

/** Every disturbance by its name. */
export const disturbances: Readonly<Record<string, Disturbance>> = {
  "noise-20": {
    kind: "policy",
    text: "the queue's counts are off by 20 % (one standard deviation)",
    around: (policy, _scenario, seed) => lookThrough(policy, () => blurCounts(0.2, seed)),
  },
  "lag-10": lag(10),
  "lag-30": lag(30),
  "lag-60": lag(60),
  "lost-20": {
    kind: "policy",
    text: "every fifth sample is lost, at random, and its tick with it",
    around: (policy, _scenario, seed) => lookThrough(policy, () => loseSamples(0.2, seed)),
  },
  "silent-workers": {
    kind: "policy",
    text: "no worker reports anything",
    around: (policy) => lookThrough(policy, silenceAll),
  },
  "half-silent": {
    kind: "policy",
    text: "half of the workers report nothing",
    around: (policy) => lookThrough(policy, silenceHalf),
  },
  "slow-jobs": {
    kind: "jobs",
    text: "jobs take ten times as long for a tenth of the list, from its middle on; ten times the tasks are allowed",
    change: (scenario) => slowDown(scenario, 10),
  },
  deployment: {
    kind: "world",
    text: "a new revision replaces all tasks in the middle of the list, at 100 to 200 % of those desired",
    events: (scenario) => [{ atMilliseconds: middleMilliseconds(scenario), happen: (fleet) => fleet.deploy() }],
  },
  "spot-loss": {
    kind: "world",
    text: "Spot takes a third of the instances away in the middle of the list, with two minutes' warning; jobs on them start anew",
    events: (scenario, seed) => [
      {
        atMilliseconds: middleMilliseconds(scenario),
        happen: (fleet, now) => fleet.loseSpot(1 / 3, (place) => uniformAt(seed ^ spotStream, place), now),
      },
    ],
  },
  outage: {
    kind: "policy",
    text: "the controller is dead for 20 minutes, from just before the largest rise of work",
    around(policy, scenario) {
      const stretch = findOutage(scenario);
      return stretch ? dieWithin(policy, stretch) : policy;
    },
  },
  restart: {
    kind: "policy",
    text: "the controller starts anew in the middle of the largest rise, without its memory",
    around(policy, scenario) {
      const stretch = findOutage(scenario);
      return stretch ? restartAt(policy, (stretch.fromSeconds + stretch.toSeconds) / 2) : policy;
    },
  },
};

/** @throws AppError `disturbance` for a name that stands for none */
export function findDisturbance(name: string): Disturbance {
  const found = Object.hasOwn(disturbances, name) ? disturbances[name] : undefined;
  if (!found) {
    throw new AppError("disturbance", `expected one of ${Object.keys(disturbances).join(", ")}; came "${name}"`);
  }
  return found;
}

/** Draws for Spot that have nothing to do with those of boot times. */
const spotStream = 0x5907;

function lag(seconds: number): Disturbance {
  return {
    kind: "policy",
    text: `all that is seen is ${seconds} s old`,
    around: (policy) => lookThrough(policy, () => lookLate(seconds * 1_000)),
  };
}

/** What happens to the cloud at one moment, whatever the policy wants. */
export interface WorldEvent {
  atMilliseconds: number;
  happen(fleet: Fleet, now: number): void;
}

/** A control in a cloud where things happen; what happens in the moment of a decision happens after it. */
export function withWorldEvents(control: Control, events: readonly WorldEvent[], fleet: Fleet): Control {
  const coming = events.toSorted((a, b) => a.atMilliseconds - b.atMilliseconds);
  const nextAt = () => coming[0]?.atMilliseconds ?? Number.POSITIVE_INFINITY;
  return {
    moves: control.moves,
    nextDueAt: () => Math.min(nextAt(), control.nextDueAt()),
    step(now) {
      control.step(now);
      while (nextAt() <= now) coming.shift()?.happen(fleet, now);
    },
  };
}
