import { percentile } from "../../report/percentile.ts";

export interface Compared {
  /** The time of the request beyond that of the bare calls, in milliseconds. */
  p50: number;
  p99: number;
  bareP50: number;
  /** By how much the p99 of the same bare calls differs between two samples of the same size: no smaller p99 can be measured. */
  noiseP99: number;
}

/** Prepares one call: what it returns is timed. */
export type Prepare = (index: number) => () => Promise<void>;

/**
 * Times two kinds of calls, which each caller makes in turn, so that both meet the same load. The bare calls are made twice, as two
 * samples.
 * @param rounds of one call of each kind, after a fifth as many to warm up
 */
export async function compareLatency(
  { bare, request }: { bare: Prepare; request: Prepare },
  { callers, rounds, onRound }: { callers: number; rounds: number; onRound: () => void },
): Promise<Compared> {
  const kinds = ["bare", "request", "again"] as const;
  const times: Record<(typeof kinds)[number], number[]> = { bare: [], request: [], again: [] };
  const warmUp = Math.ceil(rounds / 5);
  let begun = 0;
  const call = async () => {
    for (let index = begun++; index < warmUp + rounds; index = begun++) {
      // Each kind is first, second and third as often as the others.
      for (const kind of [...kinds.slice(index % 3), ...kinds.slice(0, index % 3)]) {
        const run = (kind === "request" ? request : bare)(index);
        const start = performance.now();
        await run();
        if (index >= warmUp) times[kind].push(performance.now() - start);
      }
      onRound();
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return {
    p50: medianOf(differences("request", 50)),
    p99: medianOf(differences("request", 99)),
    bareP50: medianOf(times.bare),
    noiseP99: medianOf(differences("again", 99).map(Math.abs)),
  };

  /** Beyond the bare calls in each part of the run. Their median counts, because the slowest calls of a part may be the machine's. */
  function differences(kind: "request" | "again", percent: number): number[] {
    return Array.from({ length: parts }, (_, part) => {
      const [other = Number.NaN, bare = Number.NaN] = [times[kind], times.bare].map((all) =>
        percentile(all.slice((all.length * part) / parts, (all.length * (part + 1)) / parts), percent),
      );
      return other - bare;
    });
  }
}

function medianOf(values: number[]): number {
  return percentile(values, 50) ?? Number.NaN;
}

const parts = 5;
