import { JobFailure } from "../job-type.ts";

/**
 * Ends a run whose signal has aborted. Not final: another attempt may succeed.
 * @throws JobFailure `aborted`, not final
 */
export function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new JobFailure("aborted", "The run was cut short before it was done.", {
    isFinal: false,
    cause: signal.reason,
  });
}
