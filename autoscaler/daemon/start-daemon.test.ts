import { EventEmitter, once } from "node:events";
import { describe, expect, it } from "vitest";
import { sleep, systemClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { startDaemon } from "./start-daemon.ts";

const everySecond = "* * * * * *";

describe("the daemon", () => {
  it("ticks on its schedule until it is stopped", async () => {
    const events = new EventEmitter();
    let ticks = 0;
    const daemon = startDaemon({
      tick: async () => {
        ticks += 1;
        events.emit("tick");
        return { outcome: "failed", reason: "a test" };
      },
      cron: everySecond,
      log: silentLog,
    });

    await once(events, "tick");
    await once(events, "tick");
    await daemon.stop();
    const whenStopped = ticks;
    await sleep(systemClock, 1_100);

    expect(whenStopped).toBeGreaterThanOrEqual(2);
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
