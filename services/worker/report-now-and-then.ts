import type { Clock } from "../../runtime/clock.ts";

/** Shortest time between two reports. Heartbeats carry them on, and those are seconds apart. */
const betweenReportsMilliseconds = 250;

export interface Reporter<Value> {
  note(value: Value): void;
  /** Passes on at once what waits for its turn. */
  flush(): void;
  end(): void;
}

/** Passes values on, the latest always, but never two in quick succession: a handler may note one for every line it reads. */
export function reportNowAndThen<Value>(clock: Clock, report: (value: Value) => void): Reporter<Value> {
  let reportedAt = Number.NEGATIVE_INFINITY;
  let waiting: { value: Value; cancel(): void } | undefined;
  let isOver = false;

  function pass(value: Value): void {
    waiting?.cancel();
    waiting = undefined;
    reportedAt = clock.now();
    report(value);
  }

  function flush(): void {
    if (waiting && !isOver) pass(waiting.value);
  }

  return {
    note(value) {
      if (isOver) return;
      const wait = reportedAt + betweenReportsMilliseconds - clock.now();
      // Looks at the time too: a handler that is all CPU lets no timer fire.
      if (wait <= 0) pass(value);
      else if (waiting) waiting.value = value;
      else waiting = { value, cancel: clock.after(wait, flush) };
    },
    flush,
    end() {
      isOver = true;
      waiting?.cancel();
    },
  };
}
