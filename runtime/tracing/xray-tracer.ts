import { PutTraceSegmentsCommand, XRayClient } from "@aws-sdk/client-xray";
import { ROOT_CONTEXT, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { requestTimeouts } from "../request-timeouts.ts";
import { failureAttributes, segmentDocument } from "./segment-document.ts";
import { createSegmentSender, type SegmentSender } from "./segment-sender.ts";
import type { TraceContext } from "./trace-context.ts";
import type { Tracer } from "./tracer.ts";

export const createTracesClient = () => new XRayClient({ requestHandler: requestTimeouts(5_000) });

/** Creates spans by OpenTelemetry and delivers them by X-Ray's own API, as segments of the given name. */
export function createXrayTracer(options: {
  client: Pick<XRayClient, "send">;
  name: string;
  clock: Clock;
  log: Log;
}): Tracer {
  const { client, name, clock, log } = options;
  const sender = createSegmentSender({ put: (documents) => putSegments(client, documents), clock, log });
  const provider = new BasicTracerProvider({
    // The sampling decision was made where the trace began.
    sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }),
    spanProcessors: [segmentProcessor(sender, name, log)],
  });
  const tracer = provider.getTracer("sluice");
  return {
    begin(parent, annotations) {
      const context = parent ? trace.setSpanContext(ROOT_CONTEXT, spanContext(parent)) : ROOT_CONTEXT;
      const span = tracer.startSpan(name, { startTime: new Date(clock.now()), attributes: annotations }, context);
      return {
        end(endAnnotations, failure) {
          span.setAttributes(endAnnotations);
          if (failure) {
            span.setAttributes({ [failureAttributes.name]: failure.name, [failureAttributes.kind]: failure.kind });
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end(new Date(clock.now()));
        },
      };
    },
    close: (patienceMilliseconds) => sender.close(patienceMilliseconds),
  };
}

function spanContext({ traceId, parentId, isSampled }: TraceContext) {
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId: parentId, traceFlags, isRemote: true };
}

/** Replaces OpenTelemetry's batching, which drops the newest spans of too many and cannot use our clock. */
function segmentProcessor(sender: SegmentSender, name: string, log: Log): SpanProcessor {
  return {
    onStart() {},
    onEnd(span) {
      try {
        sender.add(segmentDocument(span, name));
      } catch (error) {
        // A tracing error must not fail the traced job.
        log.error({ err: error }, "writing a span failed");
      }
    },
    async forceFlush() {},
    async shutdown() {},
  };
}

async function putSegments(client: Pick<XRayClient, "send">, documents: string[]): Promise<string[]> {
  const { UnprocessedTraceSegments = [] } = await client.send(
    new PutTraceSegmentsCommand({ TraceSegmentDocuments: documents }),
  );
  return UnprocessedTraceSegments.map(({ ErrorCode = "no code" }) => ErrorCode);
}
