import { createTask, validateDetailed } from "node-cron";
import { AppError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { Tick } from "../tick.ts";

export interface Daemon {
  /** Stops the schedule and waits for a running tick. */
  stop(): Promise<void>;
}

/**
 * Runs ticks on a cron schedule. An expression of six fields begins with the seconds: "*\/10 * * * * *" is every 10 s. A tick
 * that is due while another still runs is skipped.
 * @throws AppError `cron` if the expression is not valid
 */
export function startDaemon({ tick, cron, log }: { tick: Tick; cron: string; log: Log }): Daemon {
  const { valid, errors } = validateDetailed(cron);
  if (!valid) {
    const found = errors.map(({ field, message }) => `${field}: ${message}`).join("; ");
    throw new AppError("cron", `expected a cron expression of five or six fields; came "${cron}" (${found})`);
  }
  // Kept for `stop`, as node-cron does not wait for a running task.
  let running: Promise<unknown> = Promise.resolve();
  const task = createTask(
    cron,
    () => {
      const result = tick({ isLast: false });
      running = result;
      return result;
    },
    {
      noOverlap: true,
      logger: {
        info() {},
        debug() {},
        warn: (text) => log.warn(`node-cron: ${text}`),
        error: (error) => log.error(error),
      },
    },
  );
  void task.start();
  log.info({ cron }, "controller daemon started");
  return {
    async stop() {
      await task.destroy();
      await running;
    },
  };
}
