import { controllerEnvironment } from "../../contract/environment.ts";
import { systemClock } from "../../runtime/clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { createTick } from "../create-tick.ts";
import { runTicks } from "../run-ticks.ts";

const environment = readEnvironment(controllerEnvironment, process.env);
const tick = createTick(environment);

/** Lambda handler: runs the ticks of one minute. The content of the scheduler's event is not used. */
export async function handler(): Promise<void> {
  await runTicks({
    tick,
    clock: systemClock,
    ticks: environment.TICKS_PER_MINUTE,
    minuteSeconds: environment.MINUTE_SECONDS,
  });
}
