import { policies } from "../policies/catalogue.ts";
import { disturbances } from "../replay/disturb/disturb.ts";
import type { Pair } from "../replay/run-pairs.ts";

/** The policies that the page is about, and those it holds them against. */
export const steering = "steering";
export const tracking = "tracking";
export const textbook = "textbook";
export const tunedKeda = "keda-tuned";
/** The ceiling for anything that cannot foresee: on a cloud that obeys at once, so that nothing left over flatters it. */
export const ceiling = "jit";

export const compared = [steering, tracking, tunedKeda, textbook] as const;

/** Disturbances that belong to the story of a dead controller, not to that of a dirty world. */
export const outages = ["outage", "restart"] as const;

export const dirt = Object.keys(disturbances).filter((name) => !outages.some((outage) => outage === name));

/** Of each disturbed run only so many seeds: they are most of the work, and are compared with the clean run of the same. */
export const disturbedSeeds = 2;

/** Every replay that the page tells of, for so many lists and seeds. */
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
  ...Object.keys(policies).map((policy): Run => ({ policy, layer: "aws" })),
  { policy: ceiling, layer: "ideal" },
];

const disturbedRuns: readonly Run[] = [
  ...dirt.flatMap((name) => compared.map((policy): Run => ({ policy, layer: "aws", disturbances: [name] }))),
  ...[steering, tracking].flatMap((policy): Run[] => [
    { policy, layer: "aws", hasBackstop: true },
    { policy, layer: "aws", disturbances: ["outage"] },
    { policy, layer: "aws", disturbances: ["outage"], hasBackstop: true },
    { policy, layer: "aws", disturbances: ["restart"] },
  ]),
];
