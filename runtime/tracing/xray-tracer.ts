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
import { failureAttributes, segmentDocument } from "./segment-document.ts";
import { createSegmentSender, type SegmentSender } from "./segment-sender.ts";
import type { TraceContext } from "./trace-context.ts";
import type { Tracer } from "./tracer.ts";

/** Nobody waits for these calls, so that they may take their time, within bounds. */
export const createTracesClient = () =>
  new XRayClient({
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });

/** Spans by OpenTelemetry, delivered to AWS X-Ray by its own API. The name is what their segments are called. */
export function createXrayTracer(options: {
  client: Pick<XRayClient, "send">;
  name: string;
  clock: Clock;
  log: Log;
}): Tracer {
  const { client, name, clock, log } = options;
  const sender = createSegmentSender({ put: (documents) => putSegments(client, documents), clock, log });
  const provider = new BasicTracerProvider({
    // Whether there is a trace was decided where it began.
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

/** OpenTelemetry's own batching keeps the oldest spans where there are too many, and knows no clock but the machine's. */
function segmentProcessor(sender: SegmentSender, name: string, log: Log): SpanProcessor {
  return {
    onStart() {},
    onEnd(span) {
      try {
        sender.add(segmentDocument(span, name));
      } catch (error) {
        // The job whose end this is must not fail by what is told about it.
        log.error({ err: error }, "a span could not be written");
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
