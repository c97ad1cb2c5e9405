import type { Readable } from "node:stream";
import type { Log } from "../../runtime/log.ts";
import type { RunRequest } from "./runner-protocol.ts";

/**
 * Logs what handlers print, and what Node prints when they crash. Drops output beyond the limit but keeps reading, because a full
 * pipe would block the handler. Handlers do not share the worker's pipe, because they could block it.
 */
export class OutputRelay {
  readonly #log: Log;
  #job: Pick<RunRequest, "jobId" | "attempt"> | undefined;
  #charactersLeft = mostCharacters;
  #latest = "";

  constructor(streams: (Readable | null)[], log: Log) {
    this.#log = log;
    for (const stream of streams) stream?.setEncoding("utf8").on("data", (text: string) => this.#pass(text));
  }

  /** Attributes the output from now on to this job. */
  follow({ jobId, attempt }: RunRequest): void {
    this.#latest = "";
    this.#job = { jobId, attempt };
    this.#charactersLeft = mostCharacters;
  }

  /** Whether the latest output has V8's report of a full heap. V8 prints it immediately before it aborts the process. */
  get isHeapFull(): boolean {
    return this.#latest.includes("JavaScript heap out of memory");
  }

  #pass(text: string): void {
    this.#latest = (this.#latest + text).slice(-reportCharacters);
    if (this.#charactersLeft <= 0) return;
    const output = text.slice(0, this.#charactersLeft);
    this.#charactersLeft -= text.length;
    this.#log.info({ ...this.#job, output, isCut: this.#charactersLeft <= 0 }, "handler output");
  }
}

/** V8 prints the reason, then a stack trace of native frames. */
const reportCharacters = 8 * 1024;

/** Most characters logged for one attempt. */
const mostCharacters = 16 * 1024;
