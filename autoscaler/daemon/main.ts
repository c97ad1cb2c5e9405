import { daemonEnvironment } from "../../contract/environment.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { AppError } from "../../runtime/errors.ts";
import { createLog } from "../../runtime/log.ts";
import { createTick } from "../create-tick.ts";
import { startDaemon } from "./start-daemon.ts";

// The same tick without Lambda: for a machine that runs anyway, or where a minute between ticks is too long.
try {
  start();
} catch (error) {
  reportFailure(error);
  // The channel to the launcher would keep the process alive.
  if (process.connected) process.disconnect();
}

function start(): void {
  const environment = readEnvironment(daemonEnvironment, process.env);
  const daemon = startDaemon({
    tick: createTick(environment),
    cron: environment.TICK_CRON,
    log: createLog("controller"),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void daemon.stop());
  process.on("disconnect", () => void daemon.stop());
}

/** What the user can mend is told without a stack. */
function reportFailure(error: unknown): void {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
