import { daemonEnvironment } from "../../contract/environment.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { createLog } from "../../runtime/log.ts";
import { createTick } from "../create-tick.ts";
import { startDaemon } from "./start-daemon.ts";

// The same tick without Lambda: for a machine that runs anyway, or where a minute between ticks is too long.
const environment = readEnvironment(daemonEnvironment, process.env);
const daemon = startDaemon({
  tick: createTick(environment),
  cron: environment.TICK_CRON,
  log: createLog("controller"),
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void daemon.stop());
process.on("disconnect", () => void daemon.stop());
