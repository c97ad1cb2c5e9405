import type { Readable } from "node:stream";
import type { Log } from "../../runtime/log.ts";
import type { RunRequest } from "./runner-protocol.ts";

/**
 * Passes on what handlers print, or Node says of their crash, as log lines. Beyond the limit it is read and dropped, so that
 * a handler that prints without end is neither blocked nor able to block this process, as it could on a shared pipe.
 */
export class OutputRelay {
  readonly #log: Log;
  #job: Pick<RunRequest, "jobId" | "attempt"> | undefined;
  #charactersLeft = mostCharacters;

  constructor(streams: (Readable | null)[], log: Log) {
    this.#log = log;
    for (const stream of streams) stream?.setEncoding("utf8").on("data", (text: string) => this.#pass(text));
  }

  /** What comes from now on is this job's. */
  follow({ jobId, attempt }: RunRequest): void {
    this.#job = { jobId, attempt };
    this.#charactersLeft = mostCharacters;
  }

  #pass(text: string): void {
    if (this.#charactersLeft <= 0) return;
    const output = text.slice(0, this.#charactersLeft);
    this.#charactersLeft -= text.length;
    this.#log.info({ ...this.#job, output, isCut: this.#charactersLeft <= 0 }, "handler printed");
  }
}

/** For one attempt. */
const mostCharacters = 16 * 1024;
