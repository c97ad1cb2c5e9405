import { type Clock, systemClock } from "../../../runtime/clock.ts";
import { beginTrace, parseTraceparent, parseXrayHeader } from "../../../runtime/tracing/trace-context.ts";
import type { FindTrace } from "./api-handler.ts";

/**
 * Finds the caller's trace, else the trace of the Lambda invocation, else begins a new one.
 * @param variables of the process: Lambda sets `_X_AMZN_TRACE_ID` anew for each invocation
 */
export function traceFinder(
  tracing: "on" | "off",
  variables: { _X_AMZN_TRACE_ID?: string | undefined },
  clock: Clock = systemClock,
): FindTrace {
  if (tracing === "off") return () => undefined;
  return (header) =>
    parseTraceparent(header("traceparent")) ?? parseXrayHeader(variables._X_AMZN_TRACE_ID) ?? beginTrace(clock.now());
}
