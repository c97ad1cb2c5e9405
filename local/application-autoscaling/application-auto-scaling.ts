import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { nextTime, taskLimitsAt } from "../../contract/task-limits.ts";
import type { TaskLimits, TaskSchedule } from "../../contract/task-schedules.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Cooldown } from "../../simulator/model/scaling/cooldown.ts";
import type { Evaluation } from "../../simulator/model/scaling/metric-alarm.ts";
import {
  type Registration,
  registerTarget,
  type ScalableTarget,
} from "../../simulator/model/scaling/scalable-target.ts";
import { scaleBy } from "../../simulator/model/scaling/scaling-activity.ts";
import { chooseVote } from "../../simulator/model/scaling/several-policies.ts";
import { checkStepPolicy } from "../../simulator/model/scaling/step-policy-check.ts";
import { trackingAlarms } from "../../simulator/model/scaling/target-tracking.ts";
import { AwsError } from "../aws-error.ts";
import type { Alarm } from "../cloudwatch/alarm.ts";
import type { CloudWatch } from "../cloudwatch/cloud-watch.ts";
import type { FastClock } from "../fast-clock.ts";
import { arnOf, type Place } from "../gateway/account.ts";
import { type ScalingPolicy, type Signal, voteOf } from "./scaling-policy.ts";

/** An ECS service, as far as Application Auto Scaling reads and changes it. */
export interface Scalable {
  readonly desiredCount: number;
  readonly runningCount: number;
  setDesiredCount(count: number): void;
}

/** A change of a service's desired count. Times are on the machine's clock. */
export interface Activity {
  at: number;
  resourceId: string;
  from: number;
  to: number;
  /** The cause as AWS words it. */
  cause: string;
  /** Short form of the cause: the alarm of a target tracking policy, a step policy's name, or "bounds". */
  trigger: string;
}

type Why = Pick<Activity, "cause" | "trigger">;

interface Target {
  resourceId: string;
  scalable: Scalable;
  state: Pick<ScalableTarget, "min" | "max" | "suspended">;
  /** MinCapacity as the program or a scheduled action set it; the controller may have raised `state.min` since. */
  declaredMin: number;
  schedules: Required<TaskSchedule>[];
  cooldown: Cooldown | undefined;
  policies: Map<string, ScalingPolicy>;
  /** By policy name, then by alarm name. */
  signals: Map<string, Map<string, Signal>>;
}

/** Application Auto Scaling for ECS services. The model decides; CloudWatch's alarms trigger it. */
export class ApplicationAutoScaling {
  readonly events = new EventEmitter<{ activity: [Activity] }>();
  readonly activities: Activity[] = [];
  readonly #targets = new Map<string, Target>();
  readonly #fastClock: FastClock;
  readonly #clock: Clock;
  readonly #cloudWatch: CloudWatch;
  readonly #find: (resourceId: string) => Scalable | undefined;

  constructor(options: {
    /** The machine's clock, for times that people read. */
    clock: Clock;
    /** AWS's clock, for cooldowns. */
    fastClock: FastClock;
    cloudWatch: CloudWatch;
    /** Takes a resource id such as `service/CLUSTER/SERVICE`. */
    findService(resourceId: string): Scalable | undefined;
  }) {
    this.#clock = options.clock;
    this.#fastClock = options.fastClock;
    this.#cloudWatch = options.cloudWatch;
    this.#find = options.findService;
  }

  /** RegisterScalableTarget. New bounds take effect at once. */
  register(resourceId: string, request: Registration): void {
    const existing = this.#targets.get(resourceId);
    const scalable = existing?.scalable ?? this.#find(resourceId);
    if (!scalable) throw new AwsError("ObjectNotFoundException", `No ECS service found for ${resourceId}`);

    const before = scalable.desiredCount;
    const current = existing && { ...existing.state, desired: before };
    const { target, resumed } = registerTarget(current, request, before);
    const next: Target = existing ?? {
      resourceId,
      scalable,
      state: target,
      declaredMin: target.min,
      schedules: [],
      cooldown: undefined,
      policies: new Map(),
      signals: new Map(),
    };
    next.state = target;
    this.#targets.set(resourceId, next);
    const cause =
      before < target.min ? `minimum capacity was set to ${target.min}` : `maximum capacity was set to ${target.max}`;
    this.#move(next, target.desired, { cause, trigger: "bounds" });
    if (resumed.length > 0) this.#decide(next, { cause: "scaling was resumed", trigger: "resumed" });
  }

  targets(): (Pick<Target, "resourceId" | "declaredMin"> & Target["state"])[] {
    return [...this.#targets.values()].map(({ resourceId, declaredMin, state: { min, max, suspended } }) => ({
      resourceId,
      declaredMin,
      min,
      max,
      suspended,
    }));
  }

  /**
   * Adds a policy. A target tracking policy creates its own alarms; a step policy is triggered by alarms that name it
   * in their actions.
   */
  putPolicy(resourceId: string, policy: ScalingPolicy): void {
    const target = this.#targets.get(resourceId);
    if (!target) throw new AwsError("ObjectNotFoundException", `No scalable target found for ${resourceId}`);
    target.policies.set(policy.name, policy);
    target.signals.set(policy.name, new Map());
    if (policy.kind === "step") {
      checkStepPolicy(policy.policy);
      this.#listen(target, policy, "high");
    } else {
      this.#trackWithAlarms(target, policy);
    }
  }

  /**
   * PutScheduledAction: sets both limits at each time of the schedule, by the time of day of this machine. The limits that are
   * in force already apply at once, other than on AWS: a stack on the laptop is always new. Returns a function that ends it.
   */
  putScheduledAction(resourceId: string, name: string, schedule: Required<TaskSchedule>): () => void {
    const target = this.#targets.get(resourceId);
    if (!target) throw new AwsError("ObjectNotFoundException", `No scalable target found for ${resourceId}`);
    target.schedules.push(schedule);
    const own = { minTasks: target.declaredMin, maxTasks: target.state.max };
    const inForce = taskLimitsAt(target.schedules, own, this.#clock.now());
    this.#setLimits(target, name, inForce);
    let cancel = () => {};
    const wait = (due: number | undefined) => {
      if (due === undefined) return;
      const now = this.#clock.now();
      cancel = this.#clock.after(Math.min(due - now, longestTimer), () => {
        if (this.#clock.now() < due) return wait(due);
        this.#setLimits(target, name, schedule);
        wait(nextTime(schedule, this.#clock.now()));
      });
    };
    wait(nextTime(schedule, this.#clock.now()));
    return () => cancel();
  }

  #setLimits(target: Target, name: string, { minTasks: min, maxTasks: max }: TaskLimits): void {
    if (target.state.suspended.scheduled) return;
    const current = { ...target.state, desired: target.scalable.desiredCount };
    const registered = registerTarget(current, { min, max }, current.desired).target;
    target.state = registered;
    target.declaredMin = min;
    const cause = `minimum capacity was set to ${min} and maximum capacity was set to ${max} by scheduled action ${name}`;
    this.#move(target, registered.desired, { cause, trigger: "schedule" });
  }

  #trackWithAlarms(target: Target, policy: ScalingPolicy & { kind: "target-tracking" }): void {
    const { high, low } = trackingAlarms(policy.policy);
    for (const [side, rule] of [["high", high] as const, ["low", low] as const]) {
      if (!rule) continue;
      const name = `TargetTracking-${target.resourceId}-Alarm${side === "high" ? "High" : "Low"}-${policy.name}`;
      const alarm = this.#cloudWatch.putAlarm({ name, metric: policy.metric, rule, alarmActions: [], okActions: [] });
      alarm.listeners.push((evaluated, evaluation) => this.#hear(target, policy, side, evaluated, evaluation));
    }
  }

  #listen(target: Target, policy: ScalingPolicy, side: "high" | "low"): void {
    this.#cloudWatch.actions.set(policy.arn, (alarm, evaluation) => {
      this.#hear(target, policy, side, alarm, evaluation);
    });
  }

  #hear(target: Target, policy: ScalingPolicy, side: "high" | "low", alarm: Alarm, evaluation: Evaluation): void {
    const signals = target.signals.get(policy.name);
    signals?.set(alarm.name, {
      alarm: side,
      isInAlarm: evaluation.state.value === "ALARM",
      datapoints: evaluation.datapoints,
      threshold: alarm.rule.threshold,
      side: alarm.rule.comparison.startsWith("Greater") ? "above" : "below",
    });
    const isWaking = target.scalable.runningCount === 0 && target.scalable.desiredCount === 0 && side === "high";
    if (evaluation.fires.includes("auto-scaling") || isWaking) {
      const trigger = policy.kind === "step" ? policy.name : side === "high" ? "AlarmHigh" : "AlarmLow";
      this.#decide(target, {
        cause: `monitor alarm ${alarm.name} in state ${evaluation.state.value} triggered policy ${policy.name}`,
        trigger,
      });
    }
    // A step policy is told of its alarm only when the alarm fires, so its signal is valid for this call alone.
    if (policy.kind === "step") signals?.delete(alarm.name);
  }

  /** Collects the proposals of all policies and follows the largest one, within cooldown and bounds. */
  #decide(target: Target, why: Why): void {
    const { scalable, state } = target;
    const capacity = { running: scalable.runningCount, desired: scalable.desiredCount };
    const votes = [...target.policies.values()].map((policy) =>
      voteOf(policy, [...(target.signals.get(policy.name)?.values() ?? [])], capacity),
    );
    const vote = chooseVote(votes);
    if (!vote) return;
    const cooldown = target.policies.get(vote.policy)?.cooldown;
    if (!cooldown) return;
    const service = { target: { ...state, desired: capacity.desired }, cooldown: target.cooldown };
    const outcome = scaleBy(vote.proposal, service, cooldown, this.#fastClock.now());
    if (!outcome.hasScaled) return;
    target.cooldown = outcome.service.cooldown;
    this.#move(target, outcome.service.target.desired, why);
  }

  #move({ resourceId, scalable }: Target, to: number, why: Why): void {
    const from = scalable.desiredCount;
    if (from === to) return;
    scalable.setDesiredCount(to);
    const activity = { at: this.#clock.now(), resourceId, from, to, ...why };
    this.activities.push(activity);
    this.events.emit("activity", activity);
  }
}

/** Timers of JavaScript end at 2^31 ms, and those of a machine that slept are late. */
const longestTimer = 3_600_000;

/** The ARN of a scalable target. AWS gives each an id of its own; here the id is a hash of the resource's. */
export function scalableTargetArn(place: Place, resourceId: string): string {
  const id = createHash("sha256").update(resourceId).digest("hex").slice(0, 32);
  return arnOf(place, "application-autoscaling", `scalable-target/${id}`);
}
