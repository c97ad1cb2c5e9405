import type { TaskLimits } from "../contract/task-schedules.ts";
import type { Clock } from "../runtime/clock.ts";
import { asError } from "../runtime/errors.ts";
import type { Log } from "../runtime/log.ts";
import { type ActionOutcome, performActions, type ScalingClient } from "./act/perform-actions.ts";
import { type Collectors, collectSample } from "./collect/collect-sample.ts";
import type { CapacityLimits } from "./collect/read-limits.ts";
import { type Decision, decide } from "./decide/decide.ts";
import { type ControlMode, planActions } from "./decide/plan-actions.ts";
import type { ScalingSettings } from "./policy/scaling-settings.ts";
import type { Publish } from "./publish/publish-metrics.ts";
import { toAwsTime } from "./speed.ts";
import type { DecisionLog } from "./state/decision-log.ts";
import type { StateStore } from "./state/state-store.ts";

export interface TickDeps {
  collectors: Collectors;
  stateStore: StateStore;
  scalingClient: ScalingClient;
  publish: Publish;
  decisionLog: Pick<DecisionLog, "write">;
  settings: ScalingSettings;
  /** `minTasks` and `maxTasks` as configured for a time. */
  limitsAt(now: number): Promise<TaskLimits>;
  mode: ControlMode;
  /** How many times faster than AWS the cloud runs; 1 on AWS. */
  speed: number;
  clock: Clock;
  log: Log;
}

/** `isLast`: no tick of this controller follows soon, so the lease is released. */
export type Tick = (options: { isLast: boolean }) => Promise<TickResult>;

export type TickResult =
  | { outcome: "decided"; decision: Decision; outcomes: ActionOutcome[] }
  /** Another controller holds the lease, or this one lost it during the tick. Nothing was changed or published. */
  | { outcome: "no-lease" }
  /** A step failed and the later ones did not run, so no heartbeat was published. Repeated, this raises the controller-silent alarm. */
  | { outcome: "failed"; reason: string };

/**
 * One pass of the control loop: acquire the lease, collect, decide, save the state, act, publish, log the decision. The state
 * is saved before anything is changed, because a failed save is how a controller notices that it has lost the lease.
 */
export async function tick(deps: TickDeps, { isLast }: { isLast: boolean }): Promise<TickResult> {
  const { collectors, stateStore, scalingClient, publish, decisionLog, mode, speed, clock, log } = deps;
  const now = clock.now();
  try {
    const lease = await stateStore.acquire(now);
    if (!lease) return withoutLease(log);
    const observation = await collectSample(collectors, now);
    const { instances, capacityLimits, minSize, readErrors } = observation;
    for (const readError of readErrors) log.warn({ now }, readError);

    const settings = { ...deps.settings, ...limitsInForce(await deps.limitsAt(now), capacityLimits) };
    const sample = toAwsTime(observation.sample, speed);
    const { decision, state } = decide(lease.state, sample, settings, now * speed);
    if (!(await stateStore.save(state, clock.now(), { isLast }))) return withoutLease(log);

    const current = { desiredTasks: sample.desiredTasks, minCapacity: capacityLimits?.min, minSize };
    const actions = planActions(decision, current, settings.minTasks, mode);
    const outcomes = await performActions(scalingClient, actions, instances ?? []);
    logOutcomes(log, decision, outcomes);

    await publish(observation.sample, withoutStranded(decision, outcomes), now);
    await decisionLog
      .write({ at: now, speed, sample, readErrors, settings, mode, before: lease.state, decision, outcomes })
      // Only `npm run scaler` reads the decision log, so the tick does not depend on it.
      .catch((error: unknown) =>
        log.warn({ err: asError(error) }, "could not write the decision log; scaling is not affected"),
      );
    return { outcome: "decided", decision, outcomes };
  } catch (error) {
    const reason = asError(error).message;
    log.error({ err: error }, `the tick failed; the next one tries again: ${reason}`);
    return { outcome: "failed", reason };
  }
}

/**
 * The configured limits, but never more than MaxCapacity. Scheduled actions move that, and this controller never sets it: so AWS
 * accepts each minimum that the controller sets. MinCapacity says nothing, because the controller itself moves it.
 */
function limitsInForce({ minTasks, maxTasks }: TaskLimits, onAws: CapacityLimits | undefined): TaskLimits {
  const most = Math.min(maxTasks, onAws?.max ?? maxTasks);
  return { minTasks: Math.min(minTasks, most), maxTasks: most };
}

function withoutLease(log: Log): TickResult {
  log.info("skipped the tick: this controller does not hold the lease");
  return { outcome: "no-lease" };
}

function logOutcomes(log: Log, { tasks, neededTasks, reason }: Decision, outcomes: readonly ActionOutcome[]): void {
  log.info({ tasks, neededTasks, actions: outcomes.length }, reason);
  for (const { action, error } of outcomes) {
    if (error === undefined) log.info({ action }, `done: ${action.kind}`);
    else log.error({ action }, `not done, the next tick tries again: ${action.kind}: ${error}`);
  }
}

/** No stranded jobs once the controller has scaled from zero itself, or the scale-from-zero alarm would add another task. */
function withoutStranded(decision: Decision, outcomes: readonly ActionOutcome[]): Decision {
  const hasScaledFromZero = outcomes.some(({ action, error }) => {
    return error === undefined && action.kind === "set-min-capacity" && action.tasks > 0;
  });
  return hasScaledFromZero ? { ...decision, strandedJobs: 0 } : decision;
}
