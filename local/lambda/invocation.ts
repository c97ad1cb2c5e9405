/** The message that the cloud sends to an execution environment. */
export interface Invocation {
  requestId: string;
  /** The event as JSON. */
  event: string;
  /** A duration rather than a point in time, because the two processes may use different clocks. */
  remainingMilliseconds: number;
}

/** A message of an environment: first that it is ready, then one answer for each invocation, or at any time that it crashed. */
export type Answer =
  | { kind: "ready" }
  | { kind: "succeeded"; result: string }
  | { kind: "failed"; error: FunctionError }
  | { kind: "crashed"; error: FunctionError };

/** Why an invocation failed, in the fields of AWS's answer. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  /** The lines of the stack, if the handler's own code threw. */
  trace?: string[];
}

export type InvokeResult = { ok: true; result: unknown } | { ok: false; error: FunctionError };

export function failed(errorType: string, errorMessage: string): InvokeResult {
  return { ok: false, error: { errorType, errorMessage } };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; AWS's limit for a response is slightly higher. */
const mostEventBytes = 6_291_456;
const mostResponseBytes = 6_291_556;

/** The error for an event above the size limit. */
export function refuseEvent(event: string): InvokeResult | undefined {
  if (Buffer.byteLength(event) <= mostEventBytes) return undefined;
  const limit = `Request must be smaller than ${mostEventBytes} bytes for the InvokeFunction operation`;
  return failed("RequestTooLargeException", limit);
}

/** The error for a response above the size limit. */
export function refuseResponse(result: string): InvokeResult | undefined {
  if (Buffer.byteLength(result) <= mostResponseBytes) return undefined;
  const limit = `Response payload size exceeded maximum allowed payload size (${mostResponseBytes} bytes).`;
  return failed("Function.ResponseSizeTooLarge", limit);
}
