import type { Sample } from "../../model/scaling/datapoints.ts";
import type { SeriesName } from "../../policies/policy.ts";
import type { Collectors, UseMeter } from "./collectors.ts";

/** The series that alarms evaluate: published metrics, and those of SQS and ECS each minute. */
export class MetricFeed {
  readonly #series = new Map<SeriesName, Sample[]>();
  readonly #collectors: Collectors;
  readonly #use: UseMeter;
  readonly #ownNames: SeriesName[];
  #nextAt = minute;
  #publishedAt = Number.NEGATIVE_INFINITY;

  constructor(names: Iterable<SeriesName>, collectors: Collectors) {
    this.#collectors = collectors;
    this.#use = collectors.useMeter();
    for (const name of names) this.#series.set(name, []);
    this.#ownNames = [...this.#series.keys()].filter((name) => !name.startsWith("published:"));
  }

  nextDueAt(): number {
    return this.#ownNames.length > 0 ? this.#nextAt : Number.POSITIVE_INFINITY;
  }

  samplesOf(name: SeriesName): readonly Sample[] {
    return this.#series.get(name) ?? [];
  }

  publish(metric: string, value: number, now: number): void {
    this.#publishedAt = now;
    this.#series.get(`published:${metric}`)?.push({ at: now, visibleAt: now, value });
  }

  /** AWS's own metrics once a minute: each belongs to the minute that ended and becomes visible later. */
  step(now: number): void {
    if (now < this.#nextAt) return;
    for (const name of this.#ownNames) {
      const value = this.#read(name as OwnSeries, now);
      if (value === undefined) continue;
      const at = name === "sqs-visible-at-once" ? now : now - minute;
      this.#series.get(name)?.push({ at, visibleAt: now + lagMilliseconds[name as OwnSeries], value });
    }
    this.#nextAt += minute;
  }

  #read(name: OwnSeries, now: number): number | undefined {
    if (name === "ecs-cpu") return this.#use.read(now);
    if (name === "sqs-visible" || name === "sqs-visible-at-once") return this.#collectors.visibleJobs;
    if (name === "sqs-visible-per-task") return this.#collectors.visiblePerTask;
    if (name === "waiting-at-zero") return this.#collectors.waitingAtZero;
    // The backstop's alarm needs a minute without a heartbeat of the controller.
    return this.#publishedAt >= now - minute ? 0 : this.#collectors.missingTasks;
  }
}

const minute = 60_000;

type OwnSeries = Exclude<SeriesName, `published:${string}`>;

/** From a minute's end to the moment its value is visible. AWS publishes no figures: docs/model.md. */
const lagMilliseconds: Record<OwnSeries, number> = {
  "sqs-visible": 60_000,
  "sqs-visible-per-task": 60_000,
  // Metric math is as late as the latest of its metrics.
  "missing-tasks": 60_000,
  "waiting-at-zero": 60_000,
  // For an alarm of 10 s periods, which a late value would never reach: the best case.
  "sqs-visible-at-once": 0,
  // AWS's 363 s from load to trigger, less three periods and the evaluation: two minutes at least.
  "ecs-cpu": 120_000,
};
