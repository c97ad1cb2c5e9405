import { daemonEnvironment } from "../../contract/environment.ts";
import { createQueueClient, createTableClient } from "../../runtime/aws.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { AppError } from "../../runtime/errors.ts";
import { createLog } from "../../runtime/log.ts";
import { createTick } from "../create-tick.ts";
import { startDaemon } from "./start-daemon.ts";

// `npm run controller`: the control loop as a long-running process instead of a scheduled Lambda function.
try {
  start();
} catch (error) {
  process.exitCode = reportFailure(error);
  // An open IPC channel to the launcher would keep the process alive.
  if (process.connected) process.disconnect();
}

function start(): void {
  const environment = readEnvironment(daemonEnvironment, process.env);
  const daemon = startDaemon({
    tick: createTick(environment, { table: createTableClient(), queue: createQueueClient() }),
    cron: environment.TICK_CRON,
    log: createLog("controller"),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void daemon.stop());
  process.on("disconnect", () => void daemon.stop());
}

/** Prints an error that the user can correct without its stack trace. Any other error is a bug and is thrown again. */
function reportFailure(error: unknown): number {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  return 2;
}
