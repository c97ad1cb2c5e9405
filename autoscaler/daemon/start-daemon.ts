import { createTask, validateDetailed } from "node-cron";
import { AppError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";
import type { TickResult } from "../tick.ts";

export interface Daemon {
  /** Ends the schedule once a running tick is done. */
  stop(): Promise<void>;
}

/**
 * Ticks on a cron schedule, whose first of six fields are seconds: every 10 seconds is "*\/10 * * * * *".
 * A tick that is still running when the next is due goes on alone: two at once would only publish the same twice.
 * @throws AppError `cron` for an expression that is none
 */
export function startDaemon({
  tick,
  cron,
  log,
}: {
  tick(place: { isLast: boolean }): Promise<TickResult>;
  cron: string;
  log: Log;
}): Daemon {
  const { valid, errors } = validateDetailed(cron);
  if (!valid) {
    const found = errors.map(({ field, message }) => `${field}: ${message}`).join("; ");
    throw new AppError("cron", `expected a cron expression of five or six fields; came "${cron}" (${found})`);
  }
  let running: Promise<unknown> = Promise.resolve();
  const task = createTask(
    cron,
    () => {
      const result = tick({ isLast: false });
      running = result;
      return result;
    },
    { noOverlap: true, logger: { info() {}, debug() {}, warn: (text) => log.warn(text), error: (e) => log.error(e) } },
  );
  void task.start();
  log.info({ cron }, "the controller ticks");
  return {
    async stop() {
      await task.destroy();
      await running;
    },
  };
}
