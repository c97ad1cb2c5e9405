import { z } from "zod";
import type { Json } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";
import type { JobKey } from "../jobs/job.ts";

/** One attempt, as a runner process needs to know it. */
export interface RunRequest extends JobKey {
  type: string;
  attempt: number;
  /** Rises with every start of the job. */
  fence: number;
  payload: Json;
}

/** What the worker tells a runner. `run` numbers the runs of one runner, so that a late word is not taken for a new one. */
export type RunnerCommand = { kind: "run"; run: number; request: RunRequest } | { kind: "abort"; run: number };

const run = z.int();

const logLineSchema = z.object({ at: z.int().nonnegative(), text: z.string().max(limits.logLineCharacters) });

/** What a runner answers. It shares its process with the handler, so that its word is checked. */
export const runnerEventSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("progress"), run, share: z.number().min(0).max(1) }),
  z.object({ kind: z.literal("log"), run, lines: z.array(logLineSchema).max(limits.logLines) }),
  z.object({ kind: z.literal("result"), run, result: z.custom<Json>((value) => value !== undefined) }),
  z.object({ kind: z.literal("failure"), run, code: z.string(), message: z.string(), isFinal: z.boolean() }),
]);

export type RunnerEvent = z.infer<typeof runnerEventSchema>;

/** How a run ended. */
export type HandlerOutcome =
  | { kind: "result"; result: Json }
  | { kind: "failure"; code: string; message: string; isFinal: boolean };

/** The file descriptor in a runner process over which both sides talk. */
export const channelDescriptor = 3;

/** Far more than a job type's result should have, and what a worker can take in without harm to the other slots. */
export const longestMessageBytes = 128 * 1024 * 1024;
