import { parseTraceparent, type TraceContext, xrayTraceId } from "./trace-context.ts";

/** What is said of a span, and can be searched for. Names are letters, digits and underscores. */
export type Annotations = Record<string, string | number | boolean>;

/** How a span failed: a name for it, never a text, which may hold what the user sent. */
export interface SpanFailure {
  name: string;
  /** `error`: what was asked for cannot be done. `fault`: we could not do it. */
  kind: "error" | "fault";
}

export interface Span {
  end(annotations: Annotations, failure?: SpanFailure): void;
}

/** Makes spans and sees to their delivery; nothing it does delays or fails what it is told about. */
export interface Tracer {
  /** Begins a span if its parent is sampled. */
  begin(parent: TraceContext | undefined, annotations: Annotations): Span;
  /** Delivers what is still here, if that takes no longer than this; nothing is delivered afterwards. */
  close(patienceMilliseconds: number): Promise<void>;
}

/** Where nobody traces. */
export const noTracer: Tracer = { begin: () => ({ end() {} }), close: async () => {} };

/** The field by which log lines and traces find each other. */
export function traceField(traceparent: string | undefined): { traceId?: string } {
  const context = parseTraceparent(traceparent);
  return context ? { traceId: xrayTraceId(context.traceId) } : {};
}
