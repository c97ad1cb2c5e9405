import type { Duplex } from "node:stream";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import { type JobContext, JobFailure, type RunJob } from "../jobs/job-type.ts";
import { createHandlerReports } from "./handler-reports.ts";
import { readMessageLines, writeMessageLine } from "./message-lines.ts";
import { longestMessageBytes, type RunnerCommand, type RunnerEvent, type RunRequest } from "./runner-protocol.ts";

export interface ServeOptions {
  /** Handlers by job type. Each takes the payload of its own type, which the API has checked by its schema. */
  runs: Readonly<Record<string, RunJob<never>>>;
  openUpload(owner: string, objectKey: string): ReturnType<JobContext["openUpload"]>;
  clock: Clock;
}

/** Runs what the worker asks for over the channel, one run at a time, and answers each with a result or a failure. */
export function serveRuns(channel: Duplex, options: ServeOptions): void {
  let current: { run: number; abort: AbortController } | undefined;

  async function serve(run: number, request: RunRequest): Promise<void> {
    const abort = new AbortController();
    current = { run, abort };
    writeMessageLine(channel, await answer(run, request, abort.signal));
  }

  async function answer(run: number, request: RunRequest, signal: AbortSignal): Promise<string> {
    const reports = createHandlerReports(options.clock, run, send);
    try {
      const result = await perform(options, request, signal, reports);
      return writeResult(run, result);
    } catch (thrown) {
      return JSON.stringify(failureOf(run, thrown));
    } finally {
      reports.end();
    }
  }

  function send(message: RunnerEvent): void {
    writeMessageLine(channel, JSON.stringify(message));
  }

  readMessageLines(
    channel,
    { longestBytes: Number.POSITIVE_INFINITY },
    {
      line(text) {
        const message: RunnerCommand = JSON.parse(text);
        if (message.kind === "run") void serve(message.run, message.request);
        else if (message.run === current?.run) current.abort.abort();
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
  // Not final: a newer worker may know it. The store refuses such records before, so that this is a defect of the build.
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
  return new JobFailure("no-json-result", `Expected a result that JSON can say: ${reason}.`, { isFinal: false, cause });
}

/** Only a handler's own word makes a failure final: whatever else went wrong may go right on another day or worker. */
function failureOf(run: number, thrown: unknown): RunnerEvent {
  if (thrown instanceof JobFailure) {
    return { kind: "failure", run, code: thrown.code, message: thrown.message, isFinal: thrown.isFinal };
  }
  return { kind: "failure", run, code: "handler-error", message: asError(thrown).message, isFinal: false };
}
