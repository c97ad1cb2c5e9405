import { type Clock, systemClock } from "../../../runtime/clock.ts";
import { beginTrace, parseTraceparent, parseXrayHeader } from "../../../runtime/tracing/trace-context.ts";
import type { FindTrace } from "./api-handler.ts";

/**
 * Finds the trace of the Lambda invocation, else begins a new one. The caller's own trace is only noted: a caller must
 * neither add segments to a trace of another caller, whose id it may have seen, nor decide what is sampled and billed.
 * @param variables of the process: Lambda sets `_X_AMZN_TRACE_ID` anew for each invocation
 */
export function traceFinder(
  tracing: "on" | "off",
  variables: { _X_AMZN_TRACE_ID?: string | undefined },
  clock: Clock = systemClock,
): FindTrace {
  if (tracing === "off") return () => undefined;
  return (header) => {
    const trace = parseXrayHeader(variables._X_AMZN_TRACE_ID) ?? beginTrace(clock.now());
    const caller = parseTraceparent(header("traceparent"));
    return caller ? { ...trace, callerTraceId: caller.traceId } : trace;
  };
}
