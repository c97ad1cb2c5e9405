import { shapeNames } from "../../workload/rate.ts";
import type { ServiceTimes } from "../../workload/service-times.ts";
import { createShapeScenario } from "../shape-scenario.ts";
import type { BenchList, Collection } from "./collection.ts";

/** Every shape with short, middling and long jobs: what anyone can generate. */
export function generateLists(): Collection {
  return {
    title: "Generated shapes",
    preface,
    lists: sizes.flatMap((size) => shapeNames.map((shape) => generate(shape, size))),
  };
}

const preface = `Six shapes of \`workload/rate.ts\`, each with short, middling and long jobs; anyone can generate them anew. Costs are compared with the
work itself: task-hours in which every slot worked all the time, instance-hours in which every instance was full. Nobody can come down to that
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
