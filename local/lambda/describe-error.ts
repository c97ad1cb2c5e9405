import type { FunctionError } from "./invoke-result.ts";

/** Whatever a handler threw, as AWS reports it. */
export function describeError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack?.split("\n") ?? [] };
}

/** An error of the runtime rather than of the handler's code: its name is what AWS calls it. */
export class RuntimeError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = `Runtime.${name}`;
  }
}
