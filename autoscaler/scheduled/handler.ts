import { controllerEnvironment } from "../../contract/environment.ts";
import { systemClock } from "../../runtime/clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { awsEnvironment, connectQueue, connectTable } from "../../runtime/json-client/connect.ts";
import { createTick } from "../create-tick.ts";
import { runTicks } from "../run-ticks.ts";

const environment = readEnvironment(controllerEnvironment.extend(awsEnvironment.shape), process.env);
const tick = createTick(environment, {
  table: connectTable(environment),
  queue: connectQueue(environment, environment.QUEUE_URL),
});

/** Lambda handler: runs the ticks of one minute. The content of the scheduler's event is not used. */
export async function handler(): Promise<void> {
  await runTicks({
    tick,
    clock: systemClock,
    ticks: environment.TICKS_PER_MINUTE,
    minuteSeconds: environment.MINUTE_SECONDS,
  });
}
