import { controllerEnvironment } from "../../contract/environment.ts";
import { systemClock } from "../../runtime/clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { createTick } from "../create-tick.ts";
import { runTicks } from "../run-ticks.ts";

const environment = readEnvironment(controllerEnvironment, process.env);
const tick = createTick(environment);

/** The ticks of one minute; what the schedule sends along says nothing. */
export async function handler(): Promise<void> {
  await runTicks({
    tick,
    clock: systemClock,
    ticks: environment.TICKS_PER_MINUTE,
    minuteSeconds: environment.MINUTE_SECONDS,
  });
}
