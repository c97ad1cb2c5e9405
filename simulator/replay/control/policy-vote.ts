import type { Evaluation } from "../../model/scaling/metric-alarm.ts";
import { noChange } from "../../model/scaling/proposal.ts";
import type { CooldownLengths } from "../../model/scaling/scaling-activity.ts";
import type { Vote } from "../../model/scaling/several-policies.ts";
import { stepProposal } from "../../model/scaling/step-scaling.ts";
import { trackingAlarms, trackTarget, wakeFromZero } from "../../model/scaling/target-tracking.ts";
import type { StepWiring, TrackingWiring } from "../../policies/policy.ts";
import { AlarmClock } from "./alarm-clock.ts";
import type { MetricFeed } from "./metric-feed.ts";

/** A scaling policy with its alarms: what it proposes at this moment. */
export interface Voter {
  cooldown: CooldownLengths;
  nextDueAt(): number;
  /** Evaluates the alarms that are due; true when one of them has an action to carry out. */
  step(feed: MetricFeed, service: ServiceCounts, now: number): boolean;
  vote(service: ServiceCounts): Vote;
}

export interface ServiceCounts {
  running: number;
  desired: number;
}

/** Target tracking: two alarms, whose last evaluations count until the next. */
export function trackingVoter({ name, series, policy, cooldown }: TrackingWiring): Voter {
  const rules = trackingAlarms(policy);
  const high = new AlarmClock(rules.high, series);
  const low = rules.low && new AlarmClock(rules.low, series);
  let heardHigh: Evaluation | undefined;
  let heardLow: Evaluation | undefined;

  const propose = (service: ServiceCounts) => {
    const isAsleep = service.running === 0 && service.desired === 0;
    if (isAsleep) return wakeFromZero(policy, heardHigh?.datapoints.at(-1), service.desired);
    const alarm = heardHigh?.state.value === "ALARM" ? "high" : "low";
    const heard = alarm === "high" ? heardHigh : heardLow;
    if (heard?.state.value !== "ALARM") return noChange("not-above-target");
    // The newest point, not the mean of those the alarm saw: docs/model.md has the reasons.
    return trackTarget(policy, { alarm, metric: heard.datapoints.at(-1), ...service, isDeploying: false });
  };
  return {
    cooldown,
    nextDueAt: () => Math.min(high.nextDueAt(), low?.nextDueAt() ?? Number.POSITIVE_INFINITY),
    step(feed, service, now) {
      const newHigh = high.step(feed, now);
      const newLow = low?.step(feed, now);
      heardHigh = newHigh ?? heardHigh;
      heardLow = newLow ?? heardLow;
      const isWaking = newHigh !== undefined && service.running === 0 && service.desired === 0;
      return isWaking || [newHigh, newLow].some((heard) => heard?.fires.includes("auto-scaling"));
    },
    vote: (service) => ({
      policy: name,
      kind: "target-tracking",
      canScaleIn: !policy.isScaleInDisabled,
      proposal: propose(service),
    }),
  };
}

/** Step scaling: proposes only while its alarm fires. */
export function stepVoter({ name, series, alarm, on, policy, cooldown }: StepWiring): Voter {
  const clock = new AlarmClock(alarm, series);
  const side = alarm.comparison.startsWith("Greater") ? "above" : "below";
  let heard: Evaluation | undefined;
  return {
    cooldown,
    nextDueAt: () => clock.nextDueAt(),
    step(feed, _service, now) {
      const evaluation = clock.step(feed, now);
      const acts =
        on === "ALARM"
          ? evaluation?.fires.includes("auto-scaling")
          : evaluation?.hasChanged && evaluation.state.value === "OK";
      heard = acts ? evaluation : undefined;
      return heard !== undefined;
    },
    vote({ desired }) {
      const proposal = heard
        ? stepProposal(policy, { datapoints: heard.datapoints, threshold: alarm.threshold, side }, desired)
        : noChange("no-step-matches");
      return { policy: name, kind: "step", proposal };
    },
  };
}
