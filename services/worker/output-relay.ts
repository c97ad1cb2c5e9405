import type { Readable } from "node:stream";
import type { Log } from "../../runtime/log.ts";
import type { RunRequest } from "./runner-protocol.ts";

/**
 * Logs what handlers print, and what Node prints when they crash. Output beyond the limit is read and dropped: an
 * unread pipe would block the handler, and a pipe shared with the worker would let the handler block the worker.
 */
export class OutputRelay {
  readonly #log: Log;
  #job: Pick<RunRequest, "jobId" | "attempt"> | undefined;
  #charactersLeft = mostCharacters;

  constructor(streams: (Readable | null)[], log: Log) {
    this.#log = log;
    for (const stream of streams) stream?.setEncoding("utf8").on("data", (text: string) => this.#pass(text));
  }

  /** Attributes the output from now on to this job. */
  follow({ jobId, attempt }: RunRequest): void {
    this.#job = { jobId, attempt };
    this.#charactersLeft = mostCharacters;
  }

  #pass(text: string): void {
    if (this.#charactersLeft <= 0) return;
    const output = text.slice(0, this.#charactersLeft);
    this.#charactersLeft -= text.length;
    this.#log.info({ ...this.#job, output, isCut: this.#charactersLeft <= 0 }, "handler output");
  }
}

/** Per attempt. */
const mostCharacters = 16 * 1024;
