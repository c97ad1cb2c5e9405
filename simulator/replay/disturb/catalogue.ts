import { AppError } from "../../../runtime/errors.ts";
import { uniformAt } from "../random.ts";
import { blurCounts, lookLate, lookThrough, loseSamples } from "./blur-sample.ts";
import type { Disturbance } from "./disturbance.ts";
import { middleMilliseconds } from "./middle.ts";
import { dieWithin, findOutage, restartAt } from "./outage.ts";
import { silenceAll, silenceHalf } from "./silence-workers.ts";
import { slowDown } from "./slow-jobs.ts";

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
