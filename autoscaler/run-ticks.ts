import { type Clock, sleep } from "../runtime/clock.ts";
import { leaseSeconds } from "./memory/lease-seconds.ts";
import type { TickResult } from "./tick.ts";

export interface RunOptions {
  tick(place: { isLast: boolean }): Promise<TickResult>;
  clock: Clock;
  ticks: number;
  minuteSeconds: number;
}

/**
 * The ticks of one minute, evenly over it. One that is late is left out rather than run beside the next, and the last leaves
 * the lease to the run that follows. A run ends when it has found another controller at work for longer than one that has
 * died holds its lease: until then it may be that one's, or that of the run before.
 */
export async function runTicks({ tick, clock, ticks, minuteSeconds }: RunOptions): Promise<TickResult[]> {
  const start = clock.now();
  const beatMilliseconds = (minuteSeconds * 1_000) / ticks;
  const results: TickResult[] = [];
  let oursAt = start;
  for (let beat = 0; beat < ticks; ) {
    await sleep(clock, Math.max(0, start + beat * beatMilliseconds - clock.now()));
    const isLast = beat === ticks - 1;
    const result = await tick({ isLast });
    results.push(result);
    const now = clock.now();
    if (result.outcome !== "not-ours") oursAt = now;
    else if (now - oursAt >= leaseSeconds(beatMilliseconds / 1_000) * 1_000) break;
    beat = Math.max(beat + 1, Math.ceil((now - start) / beatMilliseconds));
  }
  return results;
}
