import type { LocalJson } from "../jobs/artifacts.ts";
import type { JobKey, LogLine } from "../jobs/job.ts";

/*
 * The messages between worker and runner. Types and constants only: a runner loads no schemas, so that it starts quickly.
 */

/** The data of an attempt that its runner process needs. */
export interface RunRequest extends JobKey {
  type: string;
  attempt: number;
  /** Fencing token: rises with every start of the job. */
  fence: number;
  payload: LocalJson;
  /** Folder of this run alone. */
  folder: string;
}

/**
 * Worker to runner. `run` is a random text for each run. Code left over from an earlier run does not know the text of the next run, so
 * it cannot send events for that run.
 */
export type RunnerCommand =
  | { kind: "run"; run: string; request: Omit<RunRequest, "owner">; resultBytes: number }
  | { kind: "abort"; run: string }
  | { kind: "upload"; run: string; id: number; file: string; bytes: number }
  | ({ kind: "no-upload"; run: string; id: number } & Failure);

export interface Failure {
  code: string;
  message: string;
  isFinal: boolean;
}

/** Runner to worker. `runner-event.ts` has the schema. */
export type RunnerEvent = { run: string } & (
  | { kind: "progress"; share: number }
  | { kind: "log"; lines: LogLine[] }
  | { kind: "open-upload"; id: number; objectKey: string }
  /** A small result's JSON text; a larger one is in the file `resultFile` of the run's folder. */
  | { kind: "result"; json: string | null }
  | ({ kind: "failure" } & Failure)
);

/** How a handler's run ended. */
export type HandlerOutcome =
  | { kind: "result"; result: LocalJson }
  | ({ kind: "failure" } & Failure)
  /** The handler's process was killed, but not by its worker and not for its memory use. */
  | { kind: "interrupted"; message: string };

/** The file descriptor of the channel in a runner process. */
export const channelDescriptor = 3;

/** The argument of a runner process in a stack with `testControls`. */
export const testControlsArgument = "--test-controls";

/** Name of the file for a result that is too large for a message. */
export const resultFile = "result.json";

/** Longer than the message of a full log or of a result of `limits.inlineBytes`, even if every character is escaped. Larger results are files. */
export const longestMessageBytes = 128 * 1024;

/** The handler chooses these texts, but a record holds at most 400 KB and the dead-letter reason less. */
export const longestCode = 100;
export const longestMessage = 2_000;
