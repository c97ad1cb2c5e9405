import { controllerEnvironment } from "../../contract/environment.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { createTick } from "../create-tick.ts";

/** One tick a call; what the schedule sends along says nothing. */
export const handler = createTick(readEnvironment(controllerEnvironment, process.env));
