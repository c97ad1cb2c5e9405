import { parseTraceparent, type TraceContext, xrayTraceId } from "./trace-context.ts";

/** Searchable attributes of a span. Names are letters, digits and underscores. */
export type Annotations = Record<string, string | number | boolean>;

/** The failure of a span: a name, never the error's text, which may contain user data. */
export interface SpanFailure {
  name: string;
  /** `error`: the request cannot be fulfilled. `fault`: this system failed to fulfill it. */
  kind: "error" | "fault";
}

export interface Span {
  end(annotations: Annotations, failure?: SpanFailure): void;
}

/** Creates spans and delivers them. It never delays or fails the traced work. */
export interface Tracer {
  /** Begins a span if its parent is sampled. */
  begin(parent: TraceContext | undefined, annotations: Annotations): Span;
  /** Delivers the remaining spans for at most this long. Nothing is delivered afterwards. */
  close(patienceMilliseconds: number): Promise<void>;
}

/** Records nothing. */
export const noTracer: Tracer = { begin: () => ({ end() {} }), close: async () => {} };

/** The log field that links a line to its trace. */
export function traceField(traceparent: string | undefined): { traceId?: string } {
  const context = parseTraceparent(traceparent);
  return context ? { traceId: xrayTraceId(context.traceId) } : {};
}
