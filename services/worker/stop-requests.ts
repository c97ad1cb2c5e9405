/** Why a run is stopped. When there are several reasons, the first in this list decides. */
const stopReasons = ["lost", "cancelled", "timed-out", "handed-back"] as const;

export type StopReason = (typeof stopReasons)[number];

/** The requests so far to stop a run. */
export class StopRequests {
  readonly #reasons = new Set<StopReason>();
  readonly #first = new AbortController();
  #listener: (reason: StopReason) => void = () => {};

  /** The deciding reason; undefined when nothing asks the run to stop. */
  get reason(): StopReason | undefined {
    return stopReasons.find((reason) => this.#reasons.has(reason));
  }

  /** Aborts with the first request. */
  get signal(): AbortSignal {
    return this.#first.signal;
  }

  add(reason: StopReason): void {
    if (this.#reasons.has(reason)) return;
    this.#reasons.add(reason);
    this.#first.abort();
    this.#listener(reason);
  }

  /** Calls back for each earlier and later reason. Replaces the previous listener. */
  listen(listener: (reason: StopReason) => void): void {
    this.#listener = listener;
    for (const reason of this.#reasons) listener(reason);
  }
}
