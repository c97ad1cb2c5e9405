import type { Clock } from "../../../runtime/clock.ts";
import { beginTrace, parseTraceparent, parseXrayHeader } from "../../../runtime/tracing/trace-context.ts";
import type { FindTrace } from "./api-handler.ts";

export interface TraceFinderOptions {
  tracing: "on" | "off";
  /** What Lambda says of the invocation at hand, in `_X_AMZN_TRACE_ID`. */
  lambdaTrace(): string | undefined;
  clock: Clock;
}

/** The caller's own trace, else the one that Lambda began or continued for the invocation, else a new one. */
export function traceFinder({ tracing, lambdaTrace, clock }: TraceFinderOptions): FindTrace {
  if (tracing === "off") return () => undefined;
  return (header) =>
    parseTraceparent(header("traceparent")) ?? parseXrayHeader(lambdaTrace()) ?? beginTrace(clock.now());
}
