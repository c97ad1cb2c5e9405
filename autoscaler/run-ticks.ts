import { type Clock, sleep } from "../runtime/clock.ts";
import type { TickResult } from "./tick.ts";

export interface RunOptions {
  tick(place: { isLast: boolean }): Promise<TickResult>;
  clock: Clock;
  ticks: number;
  minuteSeconds: number;
}

/**
 * The ticks of one minute, evenly over it. One that is late is left out rather than run beside the next, and the last leaves
 * the lease to the run that follows. A run that finds another controller at work ends.
 */
export async function runTicks({ tick, clock, ticks, minuteSeconds }: RunOptions): Promise<TickResult[]> {
  const start = clock.now();
  const beatMilliseconds = (minuteSeconds * 1_000) / ticks;
  const results: TickResult[] = [];
  for (let beat = 0; beat < ticks; ) {
    await sleep(clock, Math.max(0, start + beat * beatMilliseconds - clock.now()));
    const isLast = beat === ticks - 1;
    const result = await tick({ isLast });
    results.push(result);
    if (result.outcome === "not-ours") break;
    beat = Math.max(beat + 1, Math.ceil((clock.now() - start) / beatMilliseconds));
  }
  return results;
}
