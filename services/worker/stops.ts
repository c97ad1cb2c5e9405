/** Why a run is cut short. Where there are several reasons, the first of this list counts. */
const stopReasons = ["lost", "cancelled", "timed-out", "handed-back"] as const;

export type StopReason = (typeof stopReasons)[number];

/** What has come up against a run so far. */
export class Stops {
  readonly #reasons = new Set<StopReason>();
  readonly #first = new AbortController();
  #listener: (reason: StopReason) => void = () => {};

  get reason(): StopReason | undefined {
    return stopReasons.find((reason) => this.#reasons.has(reason));
  }

  /** Aborts with the first reason. */
  get signal(): AbortSignal {
    return this.#first.signal;
  }

  add(reason: StopReason): void {
    if (this.#reasons.has(reason)) return;
    this.#reasons.add(reason);
    this.#first.abort();
    this.#listener(reason);
  }

  /** Tells of every reason, those included that have come already. */
  follow(listener: (reason: StopReason) => void): void {
    this.#listener = listener;
    for (const reason of this.#reasons) listener(reason);
  }
}
