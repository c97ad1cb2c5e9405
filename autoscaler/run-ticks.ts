import { type Clock, sleep } from "../runtime/clock.ts";
import { leaseSeconds } from "./state/state-store.ts";
import type { Tick, TickResult } from "./tick.ts";

/**
 * Runs the ticks of one minute at even intervals. A tick that is due while another still runs is skipped. The last tick
 * releases the lease for the run that follows. The run ends early if another controller has held the lease for longer than
 * the lease of a dead controller, or of the previous run, can last.
 */
export async function runTicks(options: {
  tick: Tick;
  clock: Clock;
  ticks: number;
  /** Real duration of the scheduler's minute: 60 on AWS. */
  minuteSeconds: number;
}): Promise<TickResult[]> {
  const { tick, clock, ticks, minuteSeconds } = options;
  const start = clock.now();
  const intervalMilliseconds = (minuteSeconds * 1_000) / ticks;
  const longestLeaseMilliseconds = leaseSeconds(intervalMilliseconds / 1_000) * 1_000;
  const results: TickResult[] = [];
  let hadLeaseAt = start;
  for (let index = 0; index < ticks; ) {
    await sleep(clock, Math.max(0, start + index * intervalMilliseconds - clock.now()));
    const result = await tick({ isLast: index === ticks - 1 });
    results.push(result);
    const now = clock.now();
    if (result.outcome !== "no-lease") hadLeaseAt = now;
    else if (now - hadLeaseAt >= longestLeaseMilliseconds) break;
    index = Math.max(index + 1, Math.ceil((now - start) / intervalMilliseconds));
  }
  return results;
}
