import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../../runtime/clock.ts";

export const touchMilliseconds = 10_000;

/** Touches the file at once and every ten seconds for as long as the event loop turns. Returns what ends it. */
export function showLife(file: string, clock: Clock): () => void {
  mkdirSync(dirname(file), { recursive: true });
  let cancel = () => {};
  const touch = () => {
    writeFileSync(file, "");
    cancel = clock.after(touchMilliseconds, touch);
  };
  touch();
  return () => cancel();
}
