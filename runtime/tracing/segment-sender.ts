import { backoffCeiling } from "../backoff.ts";
import type { Clock } from "../clock.ts";
import { waitAtMost } from "../deadline.ts";
import { asError } from "../errors.ts";
import type { Log } from "../log.ts";
import { createLossLog } from "./loss-log.ts";

export interface SegmentSenderOptions {
  /** Sends documents; resolves to the error codes of those that X-Ray refused. */
  put(documents: string[]): Promise<string[]>;
  clock: Clock;
  log: Log;
}

/** Collects segment documents and sends them in the background. When sending fails for long, the oldest are dropped. */
export interface SegmentSender {
  add(document: string): void;
  /** Sends the collected documents for at most this long and drops the rest. Nothing is sent afterwards. */
  close(patienceMilliseconds: number): Promise<void>;
}

/**
 * Most documents in one PutTraceSegments call, by the OpenTelemetry collector's awsxrayexporter (`maxSegmentsPerPut`).
 */
export const mostInOnePut = 50;

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html: a document can be up to 64 kB. */
const longestDocumentBytes = 64 * 1024;

/** About half a megabyte: one document has about 400 bytes. */
export const mostKept = 1_000;

const gatherMilliseconds = 1_000;
const pauses = { baseMilliseconds: 1_000, capMilliseconds: 30_000 };

export function createSegmentSender({ put, clock, log }: SegmentSenderOptions): SegmentSender {
  const kept: string[] = [];
  const losses = createLossLog(clock, log);
  let sending: Promise<void> | undefined;
  let failures = 0;
  let cancelTimer: (() => void) | undefined;
  let isClosed = false;

  /**
   * Sends a full batch at once, and a smaller one after a pause in which more may come. After a failure, waits for the
   * backoff.
   */
  function plan(): void {
    if (isClosed || kept.length === 0) return;
    if (kept.length >= mostInOnePut && failures === 0) return void send();
    cancelTimer ??= clock.after(failures > 0 ? backoffCeiling(failures, pauses) : gatherMilliseconds, () => {
      cancelTimer = undefined;
      void send();
    });
  }

  /** One call at a time: when X-Ray is slow, batches grow instead of calls piling up. */
  function send(): Promise<void> {
    if (sending === undefined && kept.length > 0) {
      sending = sendBatch().finally(() => {
        sending = undefined;
        plan();
      });
    }
    return sending ?? Promise.resolve();
  }

  async function sendBatch(): Promise<void> {
    const batch = kept.splice(0, mostInOnePut);
    try {
      const refused = await put(batch);
      failures = 0;
      if (refused.length > 0) losses.note(refused.length, `refused: ${refused[0]}`);
    } catch (thrown) {
      const error = asError(thrown);
      failures += 1;
      const room = isRefusal(error) ? 0 : mostKept - kept.length;
      const lost = Math.max(0, batch.length - room);
      kept.unshift(...batch.slice(lost));
      if (lost > 0) losses.note(lost, `${error.name}: ${error.message}`);
    }
  }

  /** Stops at the first failure: there is no time left to wait for another try. */
  async function sendAll(late: AbortSignal): Promise<void> {
    do await send();
    while (kept.length > 0 && failures === 0 && !late.aborted);
  }

  return {
    add(document) {
      if (isClosed) return losses.note(1, "added after close");
      if (Buffer.byteLength(document) > longestDocumentBytes) return losses.note(1, "too long");
      if (kept.length === mostKept) {
        kept.shift();
        losses.note(1, "buffer full");
      }
      kept.push(document);
      plan();
    },

    async close(patienceMilliseconds) {
      isClosed = true;
      cancelTimer?.();
      const leaving = new AbortController();
      await waitAtMost(clock, patienceMilliseconds, sendAll(leaving.signal));
      leaving.abort();
      if (kept.length > 0) losses.note(kept.length, "not sent before close");
      losses.close();
    },
  };
}

/** X-Ray has refused the request itself, so that another try would be refused too. */
function isRefusal(error: Error): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 429;
}
