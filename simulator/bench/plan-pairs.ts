import { benchmarked } from "../policies/catalogue.ts";
import { disturbances } from "../replay/disturb/disturb.ts";
import type { Pair } from "../replay/run-pairs.ts";

/** The policies that the page is about, and those it compares them with. */
export const steering = "steering";
export const tracking = "tracking";
export const textbook = "textbook";
export const tunedKeda = "keda-tuned";
/** The ceiling for policies without foresight, replayed on the ideal layer. */
export const ceiling = "jit";

export const compared = [steering, tracking, tunedKeda, textbook] as const;

/** Disturbances of the controller itself; they have a section of their own. */
const outages = ["outage", "restart"] as const;

export const commonDisturbances = Object.keys(disturbances).filter(
  (name) => !outages.some((outage) => outage === name),
);

/** Disturbed runs are most of the work: they have so many seeds only, and are compared with the clean run of the same. */
export const disturbedSeeds = 2;

/** Every replay that the page reports, for so many lists and seeds. */
export function planPairs(lists: number, seeds: number): Pair[] {
  const repeat = (run: Run, count: number) =>
    Array.from({ length: lists }, (_, scenario) =>
      Array.from({ length: count }, (_, index): Pair => ({ ...run, scenario, seed: index + 1 })),
    ).flat();
  return [
    ...cleanRuns.flatMap((run) => repeat(run, seeds)),
    ...disturbedRuns.flatMap((run) => repeat(run, Math.min(seeds, disturbedSeeds))),
  ];
}

type Run = Omit<Pair, "scenario" | "seed">;

const cleanRuns: readonly Run[] = [
  ...Object.keys(benchmarked).map((policy): Run => ({ policy, layer: "aws" })),
  { policy: ceiling, layer: "ideal" },
];

const disturbedRuns: readonly Run[] = [
  ...commonDisturbances.flatMap((name) =>
    compared.map((policy): Run => ({ policy, layer: "aws", disturbances: [name] })),
  ),
  ...[steering, tracking].flatMap((policy): Run[] => [
    { policy, layer: "aws", hasBackstop: true },
    { policy, layer: "aws", disturbances: ["outage"] },
    { policy, layer: "aws", disturbances: ["outage"], hasBackstop: true },
    { policy, layer: "aws", disturbances: ["restart"] },
  ]),
];
