import { expect, it } from "vitest";
import { findPolicy } from "../policies/catalogue.ts";
import { replay } from "./replay.ts";
import type { Layer } from "./scenario.ts";
import { createShapeScenario } from "./scenario.ts";

/**
 * In time %, task-hours, instance-hours, tasks started, instances launched and reversals an hour: what two versions of the
 * capacity model came to alike. A change of the model shows here; the policies are those that our controller has no part in.
 */
it.each<[Parameters<typeof createShapeScenario>[0]["shape"], string, Layer, string[], number, number[]]>([
  ["flash", "keda-tuned", "aws", [], 1, [52.7353, 30.76861, 22.778, 208, 49, 6.861]],
  ["flash", "keda-tuned", "aws", ["deployment", "spot-loss"], 2, [53.6563, 30.61255, 22.25603, 216, 67, 6.2892]],
  ["burst", "textbook", "aws", [], 1, [0, 54.60413, 15.08463, 201, 50, 0]],
  ["burst", "textbook", "aws", ["spot-loss"], 3, [0, 52.44642, 14.51763, 201, 50, 0]],
  ["diurnal", "buildkite", "aws", [], 1, [99.8313, 35.16443, 9.57998, 27, 6, 0.5794]],
  ["diurnal", "buildkite", "aws", ["deployment"], 2, [99.1939, 51.74953, 22.98526, 100, 24, 1.1588]],
  ["ramp", "cdk-queue-processing", "aws", ["slow-jobs"], 1, [60.7241, 95.91669, 25.40914, 116, 27, 4.3636]],
  ["nightly", "jit", "aws", [], 1, [85.8384, 17.1024, 18.5813, 345, 49, 219.4426]],
  ["nightly", "jit", "aws", ["deployment"], 4, [92.2721, 18.87552, 17.36871, 494, 49, 260.5881]],
  ["nightly", "jit", "ideal", [], 1, [72.6382, 17.04042, 6.58407, 300, 50, 160.0103]],
  ["flash", "knative-kpa", "aws", ["spot-loss"], 1, [81.912, 24.86702, 21.45699, 308, 54, 45.1682]],
  ["flash", "knative-kpa", "ideal", [], 2, [89.4824, 24.66815, 9.58013, 295, 68, 49.7422]],
])(
  "replays %s under %s on layer %s with %j, seed %i, as it always did",
  (shape, policy, layer, disturbances, seed, figures) => {
    const service = { kind: "lognormal", meanSeconds: 20, variation: 1 } as const;
    const list = { shape, meanRate: 1, durationSeconds: 5_400, service, seed: 1 };
    const scenario = createShapeScenario(list, { minTasks: 0 });

    const result = replay(scenario, findPolicy(policy), { layer, seed, disturbances });

    const { sloPercent, taskHours, instanceHours, tasksStarted, instancesLaunched, reversalsPerHour } = result;
    const seen = [sloPercent, taskHours, instanceHours, tasksStarted, instancesLaunched, reversalsPerHour];
    expect(seen).toEqual(figures.map((figure) => expect.closeTo(figure, 3)));
  },
);
