import type { Clock } from "../../runtime/clock.ts";

/** Shortest time between two values. More values would be lost: heartbeats write them to the record, and are seconds apart. */
const pauseMilliseconds = 250;

export interface Throttle<Value> {
  push(value: Value): void;
  /** Emits the pending value at once. */
  flush(): void;
  /** Emits nothing from now on. */
  end(): void;
}

/** Emits the latest value, at most four a second: a handler may report for every line that it reads. */
export function createThrottle<Value>(clock: Clock, emit: (value: Value) => void): Throttle<Value> {
  let emittedAt = Number.NEGATIVE_INFINITY;
  let pending: { value: Value; cancel(): void } | undefined;
  let isOver = false;

  function emitNow(value: Value): void {
    pending?.cancel();
    pending = undefined;
    emittedAt = clock.now();
    emit(value);
  }

  function flush(): void {
    if (pending && !isOver) emitNow(pending.value);
  }

  return {
    push(value) {
      if (isOver) return;
      const wait = emittedAt + pauseMilliseconds - clock.now();
      // Also compares times here, because timers do not fire during a CPU-bound handler.
      if (wait <= 0) emitNow(value);
      else if (pending) pending.value = value;
      else pending = { value, cancel: clock.after(wait, flush) };
    },
    flush,
    end() {
      isOver = true;
      pending?.cancel();
    },
  };
}
