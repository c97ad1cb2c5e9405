import { controllerEnvironment } from "../../contract/environment.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { createLog } from "../../runtime/log.ts";
import { createTick } from "../create-tick.ts";
import { startDaemon } from "./start-daemon.ts";

// The same tick without Lambda: for a machine that runs anyway, or where a minute between ticks is too long.
const daemon = startDaemon({
  tick: createTick(readEnvironment(controllerEnvironment, process.env)),
  cron: process.env.TICK_CRON ?? "* * * * *",
  log: createLog("controller"),
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void daemon.stop());
