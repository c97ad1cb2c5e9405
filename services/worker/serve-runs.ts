import type { Duplex } from "node:stream";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import { type JobContext, JobFailure, type RunJob } from "../jobs/job-type.ts";
import { createHandlerReporter } from "./handler-reporter.ts";
import { readJsonLines, writeJsonLine } from "./json-lines.ts";
import { longestMessageBytes, type RunnerCommand, type RunnerEvent, type RunRequest } from "./runner-protocol.ts";

export interface ServeOptions {
  /** Handlers by job type. The API has validated each payload by its type's schema. */
  runs: Readonly<Record<string, RunJob<never>>>;
  openUpload(owner: string, objectKey: string): ReturnType<JobContext["openUpload"]>;
  clock: Clock;
}

/** Serves the worker's commands: runs one handler at a time and sends a result or a failure for each run. */
export function serveRuns(channel: Duplex, options: ServeOptions): void {
  let current: { run: number; abort: AbortController } | undefined;

  async function serve(run: number, request: RunRequest): Promise<void> {
    const abort = new AbortController();
    current = { run, abort };
    writeJsonLine(channel, await answer(run, request, abort.signal));
  }

  async function answer(run: number, request: RunRequest, signal: AbortSignal): Promise<string> {
    const reporter = createHandlerReporter(options.clock, run, send);
    try {
      const result = await perform(options, request, signal, reporter);
      return writeResult(run, result);
    } catch (thrown) {
      return JSON.stringify(failureOf(run, thrown));
    } finally {
      reporter.end();
    }
  }

  function send(event: RunnerEvent): void {
    writeJsonLine(channel, JSON.stringify(event));
  }

  readJsonLines(
    channel,
    { longestBytes: Number.POSITIVE_INFINITY },
    {
      line(text) {
        const command: RunnerCommand = JSON.parse(text);
        if (command.kind === "run") void serve(command.run, command.request);
        else if (command.run === current?.run) current.abort.abort();
      },
      tooLong() {},
    },
  );
}

async function perform(
  { runs, openUpload }: ServeOptions,
  request: RunRequest,
  signal: AbortSignal,
  { reportProgress, log }: Pick<JobContext, "reportProgress" | "log">,
): Promise<unknown> {
  const { owner, jobId, type, attempt, fence, payload } = request;
  const run = Object.hasOwn(runs, type) ? runs[type] : undefined;
  // Not final: a newer worker may know the type. The store refuses records of unknown types, so that this is a build
  // defect.
  if (run === undefined) throw new JobFailure("unknown-type", `No handler for "${type}".`, { isFinal: false });
  return run(payload as never, {
    jobId,
    attempt,
    fence,
    signal,
    reportProgress,
    log,
    openUpload: (objectKey) => openUpload(owner, objectKey),
  });
}

/** @throws JobFailure `no-json-result`, `result-too-large` */
function writeResult(run: number, result: unknown): string {
  const json = toJson(result);
  const line = `{"kind":"result","run":${run},"result":${json}}`;
  const bytes = Buffer.byteLength(line);
  if (bytes <= longestMessageBytes) return line;
  throw new JobFailure(
    "result-too-large",
    `Expected a result of at most ${longestMessageBytes} bytes; came ${bytes}.`,
    {
      isFinal: false,
    },
  );
}

function toJson(result: unknown): string {
  try {
    const json: string | undefined = JSON.stringify(result);
    if (json !== undefined) return json;
  } catch (cause) {
    throw noJson(asError(cause).message, cause);
  }
  throw noJson(`came ${typeof result}`);
}

function noJson(reason: string, cause?: unknown): JobFailure {
  return new JobFailure("no-json-result", `Expected a result that JSON can express: ${reason}.`, {
    isFinal: false,
    cause,
  });
}

/**
 * Only a handler can make a failure final, by a JobFailure. Any other error may pass in a later attempt or on another
 * worker.
 */
function failureOf(run: number, thrown: unknown): RunnerEvent {
  if (thrown instanceof JobFailure) {
    return { kind: "failure", run, code: thrown.code, message: thrown.message, isFinal: thrown.isFinal };
  }
  return { kind: "failure", run, code: "handler-error", message: asError(thrown).message, isFinal: false };
}
