import { createRandom } from "../../workload/random.ts";
import { withBackstop } from "../policies/backstop.ts";
import type { PolicyFactory } from "../policies/policy.ts";
import { createAwsFleet } from "./capacity/aws-fleet.ts";
import type { Fleet } from "./capacity/fleet.ts";
import { createIdealFleet } from "./capacity/ideal-fleet.ts";
import { AwsControl } from "./control/aws-control.ts";
import { Collectors } from "./control/collectors.ts";
import { type Control, IdealControl, Ticker } from "./control/control.ts";
import { DesiredLog } from "./desired-log.ts";
import { disturb, withWorldEvents } from "./disturb/disturb.ts";
import { spreadOver } from "./random.ts";
import { judgeReplay, type Played, type ReplayResult } from "./result.ts";
import type { Layer, Scenario } from "./scenario.ts";
import { Workers } from "./workers.ts";

/** Replays a job list under a policy: the same result for the same seed. */
export function replay(scenario: Scenario, createPolicy: PolicyFactory, options: ReplayOptions): ReplayResult {
  return judgeReplay(play(scenario, createPolicy, options));
}

/** The same, with the start of every job and every change of the desired count. */
export function play(planned: Scenario, createPolicy: PolicyFactory, options: ReplayOptions): Played {
  const { layer, seed, disturbances = [], hasBackstop = false, createFleet = layers[layer] } = options;
  const disturbed = disturb(planned, createPolicy, { names: disturbances, seed });
  const { scenario, events } = disturbed;
  const policy = hasBackstop ? withBackstop(disturbed.policy, scenario) : disturbed.policy;
  const workers = new Workers(scenario.jobs, scenario.slotsPerTask, createRandom(seed));
  const fleet = createFleet(scenario, seed, workers);
  const collectors = new Collectors(scenario, workers, fleet);
  const ticker = new Ticker(policy, collectors, spreadOver(seed));
  const decides =
    layer === "aws" ? new AwsControl(policy, ticker, collectors, fleet, scenario) : new IdealControl(ticker, fleet);
  const control = withWorldEvents(decides, events, fleet);
  const log = new DesiredLog(scenario.initialTasks);
  const endMilliseconds = run(scenario, workers, fleet, control, log);
  const bill = fleet.bill(endMilliseconds);
  const { moves } = control;
  return {
    scenario,
    policy: policy.name,
    layer,
    seed,
    disturbances,
    hasBackstop,
    workers,
    bill,
    log,
    moves,
    endMilliseconds,
  };
}

type CreateFleet = (scenario: Scenario, seed: number, workers: Workers) => Fleet;

const layers: Record<Layer, CreateFleet> = {
  aws: createAwsFleet,
  ideal: (scenario, _seed, workers) => createIdealFleet(scenario, workers),
};

export interface ReplayOptions {
  layer: Layer;
  seed: number;
  /** Names of disturbances. */
  disturbances?: readonly string[];
  /** Adds the backstop to the policy. */
  hasBackstop?: boolean;
  /** The layer's own fleet, or another one to compare with. */
  createFleet?: CreateFleet;
}

/** A replay ends this long after its list, with jobs unfinished. */
const patienceMilliseconds = 7 * 86_400_000;

/** From event to event, until the list's end is past and no job is left. Returns when that was. */
function run(scenario: Scenario, workers: Workers, fleet: Fleet, control: Control, log: DesiredLog): number {
  const end = scenario.endSeconds * 1_000;
  for (let now = 0; ; ) {
    const isOver = now >= end;
    if (isOver && (workers.isDone || now >= end + patienceMilliseconds)) return now;
    const next = Math.min(fleet.nextDueAt(), control.nextDueAt(), isOver ? Number.POSITIVE_INFINITY : end);
    now = workers.runUntil(next);
    if (now === next) control.step(now);
    log.note(now, fleet.desired);
    fleet.look(now);
  }
}
