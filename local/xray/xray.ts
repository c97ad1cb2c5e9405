import * as z from "zod";
import { jsonOrUndefined } from "../../runtime/json-or-undefined.ts";
import { AwsError, parseOrRefuse, unsupported } from "../aws-error.ts";
import { type Segment, segmentSchema } from "./segment.ts";

/** PutTraceSegments' answer for a refused document. */
interface UnprocessedSegment {
  Id?: string;
  ErrorCode: string;
  Message: string;
}

const mostDocuments = 50;
const longestDocumentBytes = 64 * 1024;
const mostKept = 10_000;

const inputSchema = z.strictObject({ TraceSegmentDocuments: z.array(z.string()) });

/** The part of AWS X-Ray that accepts segments. It keeps the latest ones. */
export class Xray {
  /** Ordered by arrival. A segment that arrives again replaces the earlier one. */
  readonly #segments = new Map<string, Segment>();

  /** @throws AwsError `InvalidRequestException`, or `UnsupportedOperation` for what is not emulated */
  handle(action: string, input: unknown): object {
    if (action !== "PutTraceSegments") throw unsupported("X-Ray", action);
    const { TraceSegmentDocuments: documents } = parseOrRefuse(inputSchema, input, "InvalidRequestException");
    if (documents.length === 0 || documents.length > mostDocuments) {
      const message = `Expected 1 to ${mostDocuments} documents; came ${documents.length}.`;
      throw new AwsError("InvalidRequestException", message);
    }
    return { UnprocessedTraceSegments: documents.flatMap((document) => this.#take(document) ?? []) };
  }

  /** The segments of a trace, ordered by arrival. The id is in X-Ray's form. */
  trace(traceId: string): Segment[] {
    return [...this.#segments.values()].filter((segment) => segment.trace_id === traceId);
  }

  #take(document: string): UnprocessedSegment | undefined {
    if (Buffer.byteLength(document) > longestDocumentBytes) {
      return { ErrorCode: "DocumentTooLong", Message: `Expected at most ${longestDocumentBytes} bytes.` };
    }
    const value = jsonOrUndefined(document);
    const parsed = segmentSchema.safeParse(value);
    if (!parsed.success) {
      const id = (value as { id?: unknown } | null | undefined)?.id;
      const Message = z.prettifyError(parsed.error);
      return { ...(typeof id === "string" ? { Id: id } : {}), ErrorCode: "InvalidSegment", Message };
    }
    this.#keep(parsed.data);
    return undefined;
  }

  #keep(segment: Segment): void {
    const key = `${segment.trace_id} ${segment.id}`;
    this.#segments.delete(key);
    this.#segments.set(key, segment);
    const [oldest = key] = this.#segments.keys();
    if (this.#segments.size > mostKept) this.#segments.delete(oldest);
  }
}
