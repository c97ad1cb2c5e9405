import { percentile } from "../../report/percentile.ts";

export interface Compared {
  /** The time of the request beyond that of the bare calls, in milliseconds. */
  p50: number;
  p99: number;
  bareP50: number;
}

/** Prepares one call: what it returns is timed. */
export type Prepare = (index: number) => () => Promise<void>;

/**
 * Times two kinds of calls, which each caller makes in turn, so that both meet the same load.
 * @param rounds of one call of each kind, after a fifth as many to warm up
 */
export async function compareLatency(
  { bare, request }: { bare: Prepare; request: Prepare },
  { callers, rounds, onRound }: { callers: number; rounds: number; onRound: () => void },
): Promise<Compared> {
  const times = { bare: [] as number[], request: [] as number[] };
  const warmUp = Math.ceil(rounds / 5);
  let begun = 0;
  const call = async () => {
    for (let index = begun++; index < warmUp + rounds; index = begun++) {
      for (const kind of index % 2 === 0 ? (["bare", "request"] as const) : (["request", "bare"] as const)) {
        const run = (kind === "bare" ? bare : request)(index);
        const start = performance.now();
        await run();
        if (index >= warmUp) times[kind].push(performance.now() - start);
      }
      onRound();
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return { p50: beyond(50), p99: beyond(99), bareP50: percentile(times.bare, 50) ?? Number.NaN };

  /** The median over the parts of the run, because other work of the machine may slow the calls of one part. */
  function beyond(percent: number): number {
    const differences = Array.from({ length: parts }, (_, part) => {
      const [request = Number.NaN, bare = Number.NaN] = [times.request, times.bare].map((all) =>
        percentile(all.slice((all.length * part) / parts, (all.length * (part + 1)) / parts), percent),
      );
      return request - bare;
    });
    return percentile(differences, 50) ?? Number.NaN;
  }
}

const parts = 5;
