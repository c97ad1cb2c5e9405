import type { FunctionError } from "./invoke-result.ts";

/** What an environment is told. */
export interface Invocation {
  requestId: string;
  /** The event as JSON. */
  event: string;
  /** Time that the handler has, rather than an instant: the two sides need not agree on what time it is. */
  remainingMilliseconds: number;
}

/** What an environment answers: first that it is ready, then once for each invocation; or at any time that it crashed. */
export type Answer =
  | { kind: "ready" }
  | { kind: "succeeded"; result: string }
  | { kind: "failed"; error: FunctionError }
  | { kind: "crashed"; error: FunctionError };
