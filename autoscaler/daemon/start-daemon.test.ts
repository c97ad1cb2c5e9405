import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { silentLog } from "../../runtime/log.ts";
import { startDaemon } from "./start-daemon.ts";

const everySecond = "* * * * * *";

// The schedule's library reads the machine's clock; here that clock is the test's.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the daemon", () => {
  it("ticks on its schedule until it is stopped", async () => {
    let ticks = 0;
    const daemon = startDaemon({
      tick: async () => {
        ticks += 1;
        return { outcome: "failed", reason: "a test" };
      },
      cron: everySecond,
      log: silentLog,
    });

    await vi.advanceTimersByTimeAsync(3_000);
    await daemon.stop();
    const whenStopped = ticks;
    await vi.advanceTimersByTimeAsync(3_000);

    expect(whenStopped).toBe(3);
    expect(ticks).toBe(whenStopped);
  });

  it("waits for a running tick before it stops", async () => {
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    let isDone = false;
    const daemon = startDaemon({
      tick: async () => {
        begun.resolve();
        await end.promise;
        isDone = true;
        return { outcome: "failed", reason: "a test" };
      },
      cron: everySecond,
      log: silentLog,
    });
    await vi.advanceTimersByTimeAsync(1_000);
    await begun.promise;

    const stopped = daemon.stop();
    end.resolve();
    await stopped;

    expect(isDone).toBe(true);
  });

  it.each(["now and then", "61 * * * * *", ""])('refuses "%s" as a schedule', (cron) => {
    const tick = () => Promise.reject(new Error("not to be called"));

    expect(() => startDaemon({ tick, cron, log: silentLog })).toThrow(/expected a cron expression/);
  });
});
