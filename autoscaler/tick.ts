import type { Clock } from "../runtime/clock.ts";
import { asError } from "../runtime/errors.ts";
import type { Log } from "../runtime/log.ts";
import { type ActionOutcome, type Hands, performActions } from "./act/perform-actions.ts";
import { type Decision, decide } from "./decide/decide.ts";
import { planActions, type ScalingAction, type ScalingMode } from "./decide/plan-actions.ts";
import type { ControllerMemory } from "./memory/controller-memory.ts";
import type { DecisionLog } from "./memory/decision-log.ts";
import { atPace } from "./pace.ts";
import type { ScalingPolicy } from "./policy/scaling-policy.ts";
import type { Publish } from "./publish/publish-metrics.ts";
import type { ContainerInstance } from "./sample/list-instances.ts";
import { type Look, type Senses, takeSample } from "./sample/take-sample.ts";

export interface TickDeps {
  senses: Senses;
  memory: ControllerMemory;
  handsOn(instances: readonly ContainerInstance[]): Hands;
  publish: Publish;
  decisions: Pick<DecisionLog, "write">;
  policy: ScalingPolicy;
  mode: ScalingMode;
  /** How many times faster than AWS's the minutes pass. */
  pace: number;
  clock: Clock;
  log: Log;
}

export type TickResult =
  | { outcome: "decided"; decision: Decision; outcomes: ActionOutcome[] }
  /** Another controller is at work: this one does nothing. */
  | { outcome: "not-ours" }
  /** Nothing was published or moved: the tasks stay as they are, and the missing heartbeat raises the alarm. */
  | { outcome: "blind"; reason: string };

/**
 * One look, one decision, and what follows from it. The same in the scheduled function and in the daemon. What was decided
 * is remembered before anything moves: a controller that has lost its lease finds out there and lets go.
 */
export async function tick(deps: TickDeps, { isLast }: { isLast: boolean }): Promise<TickResult> {
  const { senses, memory, policy, mode, pace, clock, log } = deps;
  const now = clock.now();
  try {
    const held = await memory.acquire(now);
    if (!held) return notOurs(log);
    const look = await takeSample(senses, now);
    for (const unseen of look.unseen) log.warn({ now }, unseen);
    const sample = atPace(look.sample, pace);
    const { decision, memory: next } = decide(held.memory, sample, policy, now * pace);
    if (!(await memory.save(next, clock.now(), { isLast }))) return notOurs(log);

    const outcomes = await act(deps, look, decision);
    await deps.publish(look.sample, withoutStranded(decision, outcomes), now);
    await deps.decisions
      .write({ at: now, pace, sample, unseen: look.unseen, policy, mode, before: held.memory, decision, outcomes })
      // Nothing but `scaler explain` reads it.
      .catch((error: unknown) => log.warn({ err: asError(error) }, "the decision could not be kept"));
    return { outcome: "decided", decision, outcomes };
  } catch (error) {
    const reason = asError(error).message;
    log.error({ err: error }, `the tick came to nothing: ${reason}`);
    return { outcome: "blind", reason };
  }
}

function notOurs(log: Log): TickResult {
  log.info("another controller holds the lease");
  return { outcome: "not-ours" };
}

async function act({ handsOn, policy, mode, log }: TickDeps, look: Look, decision: Decision): Promise<ActionOutcome[]> {
  const outcomes = await performActions(handsOn(look.instances ?? []), plan(look, decision, policy, mode));
  log.info({ tasks: decision.tasks, needed: decision.neededTasks, moves: outcomes.length }, decision.reason);
  for (const { action, error } of outcomes) {
    if (error === undefined) log.info({ action }, "moved");
    else log.error({ action }, `could not be moved, the next tick tries again: ${error}`);
  }
  return outcomes;
}

/** What cannot be seen is not moved. */
function plan(
  look: Look,
  decision: Decision,
  { minTasks }: ScalingPolicy,
  mode: ScalingMode,
): readonly ScalingAction[] {
  const { floorTasks, instanceFloor, sample } = look;
  const observed = {
    desiredTasks: sample.desiredTasks,
    floorTasks: floorTasks ?? decision.tasks,
    instanceFloor: instanceFloor ?? decision.instanceFloor,
  };
  return planActions(decision, observed, minTasks, mode).filter(({ kind }) => {
    const seen = kind === "set-floor" || kind === "set-desired" ? floorTasks : instanceFloor;
    return seen !== undefined;
  });
}

/** A service that has just been lifted from zero needs nobody to wake it. */
function withoutStranded(decision: Decision, outcomes: readonly ActionOutcome[]): Decision {
  const isLifted = outcomes.some(({ action, error }) => {
    return error === undefined && action.kind === "set-floor" && action.tasks > 0;
  });
  return isLifted ? { ...decision, strandedJobs: 0 } : decision;
}
