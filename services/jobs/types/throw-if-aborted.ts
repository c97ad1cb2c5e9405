import { JobFailure } from "../job-type.ts";

/**
 * Ends a run after its signal has aborted.
 * @throws JobFailure `aborted`, not final: another attempt may succeed
 */
export function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new JobFailure("aborted", "The run was aborted.", {
    isFinal: false,
    cause: signal.reason,
  });
}
