/** The time in milliseconds since the epoch, and timers that can be cancelled. */
export interface Clock {
  now(): number;
  /** Calls back once after at least `milliseconds`, soon if they are negative; the returned function cancels the timer. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The machine's clock. The only place where the project reads the time or sets a timer. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    // Node warns of a negative time.
    const timer = setTimeout(callback, Math.max(0, milliseconds));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `milliseconds`, or as soon as `signal` aborts. `signal.aborted` tells them apart. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      cancelTimer();
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const cancelTimer = clock.after(milliseconds, finish);
    signal?.addEventListener("abort", finish);
  });
}

/** A clock that stands still until a test advances it. */
export class ManualClock implements Clock {
  #now: number;
  #timers: { due: number; callback: () => void }[] = [];

  constructor(startMilliseconds = 0) {
    this.#now = startMilliseconds;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.#now + Math.max(0, milliseconds), callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Advances the time and fires due timers in order, letting promises settle after each. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settle();
      const next = this.#timers.filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = next.due;
      next.callback();
    }
    this.#now = end;
    await settle();
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
