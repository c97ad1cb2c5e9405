/** Formats a duration: "850 ms", "1.24 s", "12.4 s", "2 min 05 s", "3 h 07 min", "2 d 04 h". */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) throw new RangeError(`Expected a number of seconds; came ${seconds}.`);
  return seconds < 0 ? `-${formatLength(-seconds)}` : formatLength(seconds);
}

/** Each limit is the value from which the form would round up to the next one. */
function formatLength(seconds: number): string {
  if (seconds === 0) return "0 s";
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 3_599.5) return inTwoUnits(Math.round(seconds), 60, "min", "s");
  if (seconds < 86_370) return inTwoUnits(Math.round(seconds / 60), 60, "h", "min");
  return inTwoUnits(Math.round(seconds / 3_600), 24, "d", "h");
}

function inTwoUnits(amount: number, smallInLarge: number, large: string, small: string): string {
  return `${Math.floor(amount / smallInLarge)} ${large} ${String(amount % smallInLarge).padStart(2, "0")} ${small}`;
}
