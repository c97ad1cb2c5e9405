import { nextTime } from "../../../contract/task-limits.ts";
import { clamp } from "../../../runtime/arithmetic.ts";
import type { Cooldown } from "../../model/scaling/cooldown.ts";
import { registerTarget, type ScalableTarget } from "../../model/scaling/scalable-target.ts";
import { scaleBy } from "../../model/scaling/scaling-activity.ts";
import { chooseVote } from "../../model/scaling/several-policies.ts";
import type { Action, Policy } from "../../policies/policy.ts";
import type { Fleet } from "../capacity/fleet.ts";
import { limitsAt, type Scenario } from "../scenario.ts";
import type { Collectors } from "./collectors.ts";
import type { Control, Ticker } from "./control.ts";
import { MetricFeed } from "./metric-feed.ts";
import { stepVoter, trackingVoter, type Voter } from "./policy-vote.ts";

/** CloudWatch and Application Auto Scaling between a policy and the fleet: alarms, votes, cooldowns, bounds. */
export class AwsControl implements Control {
  readonly moves = new Map<string, number>();
  readonly #ticker: Ticker;
  readonly #fleet: Fleet;
  readonly #feed: MetricFeed;
  readonly #voters: ReadonlyMap<string, Voter>;
  readonly #scenario: Scenario;
  #limitsDueAt: number;
  #target: Omit<ScalableTarget, "desired">;
  #cooldown: Cooldown | undefined;

  constructor(policy: Policy, ticker: Ticker, collectors: Collectors, fleet: Fleet, scenario: Scenario) {
    const { tracking, steps } = policy.wiring;
    this.#ticker = ticker;
    this.#fleet = fleet;
    this.#feed = new MetricFeed(new Set([...tracking, ...steps].map(({ series }) => series)), collectors);
    this.#voters = new Map([
      ...tracking.map((wiring) => [wiring.name, trackingVoter(wiring)] as const),
      ...steps.map((wiring) => [wiring.name, stepVoter(wiring)] as const),
    ]);
    this.#scenario = scenario;
    const bounds = { min: scenario.minTasks, max: scenario.maxTasks };
    this.#target = registerTarget(undefined, bounds, fleet.desired).target;
    // Entries of before the list's begin are in force.
    this.#limitsDueAt = scenario.taskSchedules?.length ? 0 : Number.POSITIVE_INFINITY;
  }

  nextDueAt(): number {
    let next = Math.min(this.#ticker.nextDueAt(), this.#feed.nextDueAt(), this.#limitsDueAt);
    for (const voter of this.#voters.values()) next = Math.min(next, voter.nextDueAt());
    return next;
  }

  step(now: number): void {
    if (now >= this.#limitsDueAt) this.#setLimits(now);
    this.#feed.step(now);
    for (const action of this.#ticker.step(now)?.actions ?? []) this.#act(action, now);
    let acts = false;
    for (const voter of this.#voters.values()) {
      if (voter.step(this.#feed, this.#fleet, now)) acts = true;
    }
    if (acts) this.#decide(now);
  }

  /** A scheduled action: sets both limits, and moves the desired count between them. */
  #setLimits(now: number): void {
    const { taskSchedules = [], beginMilliseconds = 0 } = this.#scenario;
    const { minTasks: min, maxTasks: max } = limitsAt(this.#scenario, now);
    const { desired } = this.#fleet;
    this.#target = registerTarget({ ...this.#target, desired }, { min, max }, desired).target;
    this.#fleet.setDesired(clamp(desired, min, max));
    const times = taskSchedules.map((schedule) => nextTime(schedule, beginMilliseconds + now));
    this.#limitsDueAt = Math.min(...times.map((time) => (time ?? Number.POSITIVE_INFINITY) - beginMilliseconds));
  }

  #act(action: Action, now: number): void {
    const { desired } = this.#fleet;
    if (action.kind === "publish") this.#feed.publish(action.metric, action.value, now);
    else if (action.kind === "set-min-capacity") {
      const { target } = registerTarget({ ...this.#target, desired }, { min: action.tasks }, desired);
      this.#target = target;
      this.#fleet.setDesired(target.desired);
    } else if (action.kind === "set-desired-count") this.#fleet.setDesired(action.tasks);
    else if (action.kind === "set-min-size") this.#fleet.setInstanceFloor(action.instances);
    else this.#fleet.releaseInstances(action.ids, now);
  }

  /** Follows the largest of the policies' proposals, within cooldown and bounds. */
  #decide(now: number): void {
    const { running, desired } = this.#fleet;
    const vote = chooseVote([...this.#voters.values()].map((voter) => voter.vote({ running, desired })));
    const cooldown = vote && this.#voters.get(vote.policy)?.cooldown;
    if (!vote || !cooldown) return;
    const service = { target: { ...this.#target, desired }, cooldown: this.#cooldown };
    const activity = scaleBy(vote.proposal, service, cooldown, now);
    if (!activity.hasScaled) return;
    this.moves.set(vote.policy, (this.moves.get(vote.policy) ?? 0) + 1);
    this.#cooldown = activity.service.cooldown;
    this.#fleet.setDesired(activity.service.target.desired);
  }
}
