import { type Clock, sleep, systemClock } from "../../../../runtime/clock.ts";
import { type JobContext, JobFailure, type RunJob } from "../../job-type.ts";
import { throwIfAborted } from "../throw-if-aborted.ts";
import { controlsSchema, type EchoControls, type EchoPayload } from "./schema.ts";

/** Returns the payload. */
export const run: RunJob<EchoPayload> = async (payload) => ({ echo: payload });

/** As `run`, in a stack with `testControls`: the payload may request a sleep and failures. */
export const runWithControls = createControlledEcho(systemClock);

export function createControlledEcho(clock: Clock): RunJob<EchoPayload> {
  return async (payload, context) => {
    // Without controls: other values than objects, and what the API accepted before the stack had test controls.
    const { sleepMs = 0, fail } = controlsSchema.safeParse(payload).data ?? {};
    await sleepWithProgress(clock, sleepMs, context);
    if (fail) failAsAsked(fail, context.attempt);
    return { echo: payload };
  };
}

/** Progress is reported after each step. */
const stepMilliseconds = 250;

async function sleepWithProgress(clock: Clock, sleepMs: number, context: JobContext): Promise<void> {
  if (sleepMs === 0) return;
  context.log(`sleeping for ${sleepMs} ms`);
  const began = clock.now();
  for (let slept = 0; slept < sleepMs; slept = clock.now() - began) {
    await sleep(clock, Math.min(stepMilliseconds, sleepMs - slept), context.signal);
    throwIfAborted(context.signal);
    context.reportProgress(Math.min(1, (clock.now() - began) / sleepMs));
  }
  context.log(`slept for ${clock.now() - began} ms`);
}

function failAsAsked(fail: NonNullable<EchoControls["fail"]>, attempt: number): void {
  const { times, final: isFinal = false } = fail;
  if (attempt > times) return;
  const message = fail.message ?? `The payload asked attempts 1 to ${times} to fail; this is attempt ${attempt}.`;
  throw new JobFailure("asked-to-fail", message, { isFinal });
}
