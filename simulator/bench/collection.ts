import { shapeNames } from "../../workload/rate.ts";
import type { ServiceTimes } from "../../workload/service-times.ts";
import { readLists } from "../replay/read-lists.ts";
import { createShapeScenario, type Scenario } from "../replay/scenario.ts";

/** Lists that are judged together, and what the page says of them. */
export interface Collection {
  title: string;
  /** Where the lists come from and what their costs are compared with. */
  preface: string;
  lists: readonly BenchList[];
}

export interface BenchList {
  scenario: Scenario;
  /** The system whose jobs these are, in a few words. */
  origin: string;
}

/** Every shape with short, middling and long jobs: what anyone can generate. */
export function generateLists(): Collection {
  return {
    title: "Generated shapes",
    preface: generatedPreface,
    lists: sizes.flatMap((size) => shapeNames.map((shape) => generate(shape, size))),
  };
}

const generatedPreface = `Six shapes of \`workload/rate.ts\`, each with short, middling and long jobs, generated from a seed. Costs are compared with the
work itself: task-hours in which every slot works all the time, instance-hours in which every instance is full. No policy reaches that
where instances have to boot, so these ratios are higher than those against a plan.`;

interface JobSize {
  name: string;
  service: ServiceTimes;
  /** On average over the list. */
  jobsPerSecond: number;
  hours: number;
  waitTargetSeconds: number;
}

const sizes: readonly JobSize[] = [
  {
    name: "short",
    service: { kind: "exponential", meanSeconds: 2 },
    jobsPerSecond: 3,
    hours: 2,
    waitTargetSeconds: 60,
  },
  {
    name: "middling",
    service: { kind: "lognormal", meanSeconds: 30, variation: 1 },
    jobsPerSecond: 0.4,
    hours: 6,
    waitTargetSeconds: 60,
  },
  {
    name: "long",
    service: { kind: "lognormal", meanSeconds: 600, variation: 1 },
    jobsPerSecond: 0.03,
    hours: 12,
    waitTargetSeconds: 300,
  },
];

const slotsPerTask = 2;

function generate(shape: (typeof shapeNames)[number], size: JobSize): BenchList {
  const { name, service, jobsPerSecond, hours, waitTargetSeconds } = size;
  const jobs = { shape, meanRate: jobsPerSecond, durationSeconds: hours * 3_600, service, seed: 1 };
  // A list that has work from its first second on begins with the tasks for it.
  const initialTasks = shape === "steady" ? Math.ceil((jobsPerSecond * service.meanSeconds) / slotsPerTask) : 1;
  const scenario = createShapeScenario(jobs, { slotsPerTask, waitTargetSeconds, initialTasks });
  const fullInstanceHours = scenario.bounds.workHours / scenario.tasksPerInstance;
  const bounds = { ...scenario.bounds, clairvoyantInstanceHours: fullInstanceHours };
  return {
    scenario: { ...scenario, name: `${shape}-${name}`, bounds },
    origin: `${jobsPerSecond} jobs/s on average over ${hours} h, ${service.kind} service times`,
  };
}

/** The lists of a folder, as its index.json names them. */
export async function readGivenLists(folder: string): Promise<Collection> {
  const scenarios = await readLists(folder);
  const lists = scenarios.map((scenario) => ({ scenario, origin: scenario.origin ?? "not named" }));
  return { title: "Lists from public records", preface: givenPreface, lists };
}

const givenPreface = `Arrivals, and where a list says so service times, of systems that ran; some lists are synthetic. The jobs are others' and not in this
repository. Task-hours are compared with the least that any policy which knew all beforehand could spend for 95 % in time (a linear program), instance-hours
with those of a plan that knew all beforehand and was replayed.`;
