import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../../runtime/clock.ts";

export const touchMilliseconds = 10_000;

/**
 * Touches the file now and every ten seconds while the event loop runs. The container's health check fails when the file is too
 * old. Returns a function that stops the touching.
 */
export function touchLivenessFile(file: string, clock: Clock): () => void {
  mkdirSync(dirname(file), { recursive: true });
  let cancel = () => {};
  const touch = () => {
    writeFileSync(file, "");
    cancel = clock.after(touchMilliseconds, touch);
  };
  touch();
  return () => cancel();
}
