import { entryInForce, nextTime } from "../../contract/task-limits.ts";
import { limitsOf, type TaskLimits, type TaskSchedule } from "../../contract/task-schedules.ts";
import { generateArrivals } from "../../workload/arrivals.ts";
import type { JobList } from "../../workload/job-list.ts";
import type { ShapeName } from "../../workload/rate.ts";
import { generateServiceTimes, type ServiceTimes } from "../../workload/service-times.ts";

/** AWS's delays and rules, or tasks that start and stop as ordered. */
export type Layer = "aws" | "ideal";

/** A job list with the machines that run it and its wait target. */
export interface Scenario {
  name: string;
  /** The source of the jobs, if the list names it. */
  origin: string | undefined;
  jobs: JobList;
  slotsPerTask: number;
  waitTargetSeconds: number;
  /** From a task's placement to its first job. */
  warmStartSeconds: number;
  /** Boot time of an instance on the ideal layer; on the AWS layer it is drawn. */
  bootSeconds: number;
  tasksPerInstance: number;
  minTasks: number;
  maxTasks: number;
  initialTasks: number;
  /** Until when everything is billed, busy or not. */
  endSeconds: number;
  /** The operator's estimate; policies that measure service times start from it. */
  expectedServiceSeconds: number;
  bounds: Bounds;
  /** Limits of the tasks by time, and the time at which the list begins. */
  taskSchedules?: readonly TaskSchedule[];
  beginMilliseconds?: number;
}

/** The limits of the tasks at a time after the list's begin. */
export function limitsAt(scenario: Scenario, milliseconds: number): TaskLimits {
  const { minTasks, maxTasks } = scenario;
  return limitsOf(entryAt(scenario, milliseconds)?.schedule, { minTasks, maxTasks });
}

/** The schedule in force at a time after the list's begin, and since when; undefined before the first. */
export function entryAt(scenario: Scenario, milliseconds: number): Entry {
  const { taskSchedules = [], beginMilliseconds = 0 } = scenario;
  const now = beginMilliseconds + milliseconds;
  const last = lastEntries.get(scenario);
  if (last && last.from <= now && now < last.until) return last.entry;
  const entry = entryInForce(taskSchedules, now);
  const until = Math.min(...taskSchedules.map((schedule) => nextTime(schedule, now) ?? Number.POSITIVE_INFINITY));
  lastEntries.set(scenario, { from: now, until, entry });
  return entry;
}

type Entry = ReturnType<typeof entryInForce>;

/** An entry holds until the next time of any schedule. Without this, cron expressions would take most of a replay. */
const lastEntries = new WeakMap<Scenario, { from: number; until: number; entry: Entry }>();

/** Lower bounds of the cost. The work bounds every run; the others are known for some lists. */
export interface Bounds {
  workHours: number;
  /** The least task-hours of a clairvoyant policy that starts 95 % of the jobs in time, or all of them. */
  lowestTaskHours: number | undefined;
  /** Instance-hours of a plan that knew all jobs beforehand and was replayed. */
  clairvoyantInstanceHours: number | undefined;
}

export type ScenarioOptions = Partial<Omit<Scenario, "name" | "origin" | "jobs" | "bounds" | "expectedServiceSeconds">>;

/** A scenario for a job list of which nothing else is known. */
export function createScenario(name: string, jobs: JobList, options: ScenarioOptions = {}): Scenario {
  const count = jobs.arrivalSeconds.length;
  const lastArrival = jobs.arrivalSeconds[count - 1] ?? 0;
  const slotsPerTask = options.slotsPerTask ?? 2;
  const work = totalServiceSeconds(jobs);
  return {
    name,
    origin: undefined,
    jobs,
    waitTargetSeconds: 60,
    warmStartSeconds: 20,
    bootSeconds: 90,
    tasksPerInstance: 4,
    minTasks: 1,
    maxTasks: 200,
    initialTasks: 1,
    endSeconds: lastArrival + idleTailSeconds,
    ...options,
    slotsPerTask,
    expectedServiceSeconds: count === 0 ? 1 : work / count,
    bounds: {
      workHours: work / slotsPerTask / 3_600,
      lowestTaskHours: undefined,
      clairvoyantInstanceHours: undefined,
    },
  };
}

/** Long enough for a slow scale-in to be billed. */
const idleTailSeconds = 900;

/** The work in the list, in slot-seconds. */
export function totalServiceSeconds({ serviceSeconds }: JobList): number {
  return serviceSeconds.reduce((total, seconds) => total + seconds, 0);
}

export interface ShapeOptions {
  shape: ShapeName;
  /** Jobs a second, on average over the duration. */
  meanRate: number;
  durationSeconds: number;
  service: ServiceTimes;
  seed: number;
}

/** A scenario whose jobs follow a shape: the same jobs for the same seed. */
export function createShapeScenario(options: ShapeOptions, machines: ScenarioOptions = {}): Scenario {
  const arrivalSeconds = Float64Array.from(generateArrivals(options.shape, options));
  const times = generateServiceTimes(options.service, options.seed);
  const serviceSeconds = arrivalSeconds.map(() => times.next().value);
  return createScenario(options.shape, { arrivalSeconds, serviceSeconds }, machines);
}
