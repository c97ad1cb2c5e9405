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

/** A replay's list, policy and cloud events with the named disturbances. */
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

/** A disturbance of a replay; the same for the same list and seed. */
export type Disturbance =
  /** Changes what the policy reads or remembers. */
  | { kind: "policy"; text: string; around(policy: Policy, scenario: Scenario, seed: number): Policy }
  /** Changes the jobs. */
  | { kind: "jobs"; text: string; change(scenario: Scenario): Scenario }
  /** Happens in the cloud at given moments. */
  | { kind: "world"; text: string; events(scenario: Scenario, seed: number): readonly WorldEvent[] };

/** Every disturbance by its name. */
export const disturbances: Readonly<Record<string, Disturbance>> = {
  "noise-20": {
    kind: "policy",
    text: "the queue's counts have a normal error of 20 % (one standard deviation)",
    around: (policy, _scenario, seed) => lookThrough(policy, () => blurCounts(0.2, seed)),
  },
  "lag-10": lag(10),
  "lag-30": lag(30),
  "lag-60": lag(60),
  "lost-20": {
    kind: "policy",
    text: "a fifth of the samples, drawn at random, is lost; the controller skips these ticks",
    around: (policy, _scenario, seed) => lookThrough(policy, () => loseSamples(0.2, seed)),
  },
  "silent-workers": {
    kind: "policy",
    text: "no worker reports",
    around: (policy) => lookThrough(policy, silenceAll),
  },
  "half-silent": {
    kind: "policy",
    text: "half of the workers do not report",
    around: (policy) => lookThrough(policy, silenceHalf),
  },
  "slow-jobs": {
    kind: "jobs",
    text: "jobs run ten times as long for a tenth of the list, from its middle on; the maximum of tasks is ten times as high",
    change: (scenario) => slowDown(scenario, 10),
  },
  deployment: {
    kind: "world",
    text: "a deployment in the middle of the list replaces all tasks, at 100 to 200 % of the desired count",
    events: (scenario) => [{ atMilliseconds: middleMilliseconds(scenario), happen: (fleet) => fleet.deploy() }],
  },
  "spot-loss": {
    kind: "world",
    text: "a third of the instances is lost to Spot in the middle of the list, after two minutes' warning; their jobs start again",
    events: (scenario, seed) => [
      {
        atMilliseconds: middleMilliseconds(scenario),
        happen: (fleet, now) => fleet.loseSpot(1 / 3, (place) => uniformAt(seed ^ spotStream, place), now),
      },
    ],
  },
  outage: {
    kind: "policy",
    text: "the controller is down for 20 minutes, from just before the largest rise of work",
    around(policy, scenario) {
      const stretch = findOutage(scenario);
      return stretch ? dieWithin(policy, stretch) : policy;
    },
  },
  restart: {
    kind: "policy",
    text: "the controller restarts without its memory in the middle of the largest rise",
    around(policy, scenario) {
      const stretch = findOutage(scenario);
      return stretch ? restartAt(policy, (stretch.fromSeconds + stretch.toSeconds) / 2) : policy;
    },
  },
};

/** @throws AppError `disturbance` for an unknown name */
function findDisturbance(name: string): Disturbance {
  const found = Object.hasOwn(disturbances, name) ? disturbances[name] : undefined;
  if (!found) {
    throw new AppError("disturbance", `expected one of ${Object.keys(disturbances).join(", ")}; came "${name}"`);
  }
  return found;
}

/** Random numbers for Spot, independent of those for boot times. */
const spotStream = 0x5907;

function lag(seconds: number): Disturbance {
  return {
    kind: "policy",
    text: `the controller reads values that are ${seconds} s old`,
    around: (policy) => lookThrough(policy, () => lookLate(seconds * 1_000)),
  };
}

/** An event in the cloud, independent of the policy. */
export interface WorldEvent {
  atMilliseconds: number;
  happen(fleet: Fleet, now: number): void;
}

/** A control with events in its cloud; an event at the moment of a decision follows the decision. */
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
