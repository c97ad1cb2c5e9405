import { z } from "zod";
import type { Json } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";
import type { JobKey } from "../jobs/job.ts";

/** The data of an attempt that its runner process needs. */
export interface RunRequest extends JobKey {
  type: string;
  attempt: number;
  /** Fencing token: rises with every start of the job. */
  fence: number;
  payload: Json;
}

/**
 * Worker to runner. `run` numbers the runs of one runner, so that a late event is not taken for one of the next run.
 */
export type RunnerCommand = { kind: "run"; run: number; request: RunRequest } | { kind: "abort"; run: number };

const run = z.int();

const logLineSchema = z.object({ at: z.int().nonnegative(), text: z.string().max(limits.logLineCharacters) });

/**
 * Runner to worker. The handler shares the runner's process and could write anything, so that the worker validates it.
 */
export const runnerEventSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("progress"), run, share: z.number().min(0).max(1) }),
  z.object({ kind: z.literal("log"), run, lines: z.array(logLineSchema).max(limits.logLines) }),
  z.object({ kind: z.literal("result"), run, result: z.custom<Json>((value) => value !== undefined) }),
  z.object({ kind: z.literal("failure"), run, code: z.string(), message: z.string(), isFinal: z.boolean() }),
]);

export type RunnerEvent = z.infer<typeof runnerEventSchema>;

/** How a handler's run ended. */
export type HandlerOutcome =
  | { kind: "result"; result: Json }
  | { kind: "failure"; code: string; message: string; isFinal: boolean };

/** The file descriptor of the channel in a runner process. */
export const channelDescriptor = 3;

/** The argument of a runner process in a stack with `testControls`. */
export const testControlsArgument = "--test-controls";

/** Far more than a job type's result should have, and still bearable for the worker's other slots. */
export const longestMessageBytes = 128 * 1024 * 1024;
