import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { limits } from "../../contract/limits.ts";
import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { LocalJson } from "../jobs/artifacts.ts";
import { type JobContext, JobFailure, type RunJob } from "../jobs/job-type.ts";
import { throwIfAborted } from "../jobs/types/throw-if-aborted.ts";
import { createHandlerReporter } from "./handler-reporter.ts";
import { readJsonLines, writeJsonLine } from "./json-lines.ts";
import { longestCode, longestMessage, type RunnerCommand, type RunnerEvent, resultFile } from "./runner-protocol.ts";

export interface ServeOptions {
  /** Handlers by job type. The API has validated each payload by its type's schema. */
  runs: Readonly<Record<string, RunJob<never>>>;
  clock: Clock;
  /** The variables of this process: TMPDIR and HOME become the folder of each run. */
  environment: Record<string, string | undefined>;
}

type RunCommand = Extract<RunnerCommand, { kind: "run" }>;

/** Serves the worker's commands: runs one handler at a time and sends a result or a failure for each run. */
export function serveRuns(channel: Duplex, { runs, clock, environment }: ServeOptions): void {
  let current: { run: string; abort: AbortController; uploads: Uploads } | undefined;

  async function serve(command: RunCommand): Promise<void> {
    const { run, request, resultBytes } = command;
    const abort = new AbortController();
    const uploads = new Uploads((id, objectKey) => send({ kind: "open-upload", run, id, objectKey }));
    current = { run, abort, uploads };
    Object.assign(environment, { TMPDIR: request.folder, HOME: request.folder });
    const reporter = createHandlerReporter(clock, run, send);
    const { reportProgress, log } = reporter;
    const openUpload: JobContext["openUpload"] = (objectKey) => uploads.open(objectKey);
    const sharedFolder = environment.SHARED_FOLDER;
    const event = await perform(runs, request, { signal: abort.signal, reportProgress, log, sharedFolder, openUpload })
      .then((result) => keepResult(run, toJson(result), request.folder, resultBytes))
      .catch((thrown) => failureOf(run, thrown));
    reporter.end();
    send(event);
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
        if (command.kind === "run") void serve(command);
        else if (command.run !== current?.run) return;
        else if (command.kind === "abort") current.abort.abort();
        else current.uploads.answer(command);
      },
      tooLong() {},
    },
  );
}

/** The uploads that a handler has asked its worker for. */
class Uploads {
  readonly #ask: (id: number, objectKey: string) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<{ file: string; bytes: number }>>();
  #asked = 0;

  constructor(ask: (id: number, objectKey: string) => void) {
    this.#ask = ask;
  }

  async open(objectKey: string): ReturnType<JobContext["openUpload"]> {
    const id = ++this.#asked;
    const waiting = Promise.withResolvers<{ file: string; bytes: number }>();
    this.#waiting.set(id, waiting);
    this.#ask(id, objectKey);
    const { file, bytes } = await waiting.promise;
    return { body: createReadStream(file), bytes };
  }

  answer(command: Extract<RunnerCommand, { kind: "upload" | "no-upload" }>): void {
    const waiting = this.#waiting.get(command.id);
    this.#waiting.delete(command.id);
    if (command.kind === "upload") waiting?.resolve(command);
    else waiting?.reject(new JobFailure(command.code, command.message, { isFinal: command.isFinal }));
  }
}

async function perform(
  runs: ServeOptions["runs"],
  { jobId, type, attempt, fence, payload, folder }: RunCommand["request"],
  context: Omit<JobContext, "jobId" | "attempt" | "fence" | "folder">,
): Promise<unknown> {
  const run = Object.hasOwn(runs, type) ? runs[type] : undefined;
  // Not final: another worker's build may have the handler. The store rejects unknown types, so this is a build defect.
  if (run === undefined) throw new JobFailure("unknown-type", `No handler for "${type}".`, { isFinal: false });
  const value = await parse(payload);
  // The run may have been aborted while the payload was parsed. The handler would not see that event.
  throwIfAborted(context.signal);
  return run(value as never, { ...context, jobId, attempt, fence, folder });
}

/** Parses in this process and not in the worker: a value may take forty times the memory of its text. */
async function parse(payload: LocalJson): Promise<unknown> {
  return JSON.parse("json" in payload ? payload.json : await readFile(payload.file, "utf8"));
}

/** @throws JobFailure `result-too-large` */
async function keepResult(run: string, json: string, folder: string, mostBytes: number): Promise<RunnerEvent> {
  const bytes = Buffer.byteLength(json);
  if (bytes <= limits.inlineBytes) return { kind: "result", run, json };
  if (bytes > mostBytes) {
    const message = `Expected a result of at most ${mostBytes} bytes; came ${bytes}.`;
    throw new JobFailure("result-too-large", message, { isFinal: false });
  }
  await writeFile(join(folder, resultFile), json, { flag: "wx", mode: 0o600 });
  return { kind: "result", run, json: null };
}

/** @throws JobFailure `no-json-result` */
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
  return new JobFailure("no-json-result", `The handler's result is not valid JSON: ${reason}.`, {
    isFinal: false,
    cause,
  });
}

/**
 * Only a JobFailure can be final: the handler's own, or the worker's about an upload. After any other error a later attempt, or another
 * worker, may succeed.
 */
function failureOf(run: string, thrown: unknown): RunnerEvent {
  const { code, isFinal } = thrown instanceof JobFailure ? thrown : { code: "handler-error", isFinal: false };
  // A handler in plain JavaScript may have chosen anything.
  const message = String(asError(thrown).message).slice(0, longestMessage);
  return { kind: "failure", run, code: String(code).slice(0, longestCode), message, isFinal: Boolean(isFinal) };
}
