import { generateArrivals } from "../workload/arrivals.ts";
import type { ShapeName } from "../workload/rate.ts";
import { generateServiceTimes, type ServiceTimes } from "../workload/service-times.ts";
import { createScenario, type Scenario, type ScenarioOptions } from "./replay/scenario.ts";

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
