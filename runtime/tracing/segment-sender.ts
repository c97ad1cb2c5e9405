import { backoffCeiling } from "../backoff.ts";
import type { Clock } from "../clock.ts";
import { waitAtMost } from "../deadline.ts";
import { asError } from "../errors.ts";
import type { Log } from "../log.ts";
import { createLossLog } from "./loss-log.ts";

export interface SegmentSenderOptions {
  /** Sends documents; resolves to the error codes of those that X-Ray did not take. */
  put(documents: string[]): Promise<string[]>;
  clock: Clock;
  log: Log;
}

/** Collects segment documents and sends them in the background; where that fails for long, the oldest are lost. */
export interface SegmentSender {
  add(document: string): void;
  /** Sends what is here, for as long as this at most; what is left then is lost. Nothing is sent afterwards. */
  close(patienceMilliseconds: number): Promise<void>;
}

/** PutTraceSegments takes no more at once, by the OpenTelemetry collector's awsxrayexporter (`maxSegmentsPerPut`). */
export const mostInOnePut = 50;

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html: a document can be up to 64 kB. */
const longestDocumentBytes = 64 * 1024;

/** About half a megabyte, as a document of ours has some 400 bytes. */
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

  /** At once when there is a full batch, unless X-Ray is in trouble; otherwise when there was time for one to gather. */
  function plan(): void {
    if (isClosed || kept.length === 0) return;
    if (kept.length >= mostInOnePut && failures === 0) return void send();
    cancelTimer ??= clock.after(failures > 0 ? backoffCeiling(failures, pauses) : gatherMilliseconds, () => {
      cancelTimer = undefined;
      void send();
    });
  }

  /** One call at a time: a slow X-Ray makes larger batches, not more calls. */
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
      const room = isVerdict(error) ? 0 : mostKept - kept.length;
      const lost = Math.max(0, batch.length - room);
      kept.unshift(...batch.slice(lost));
      if (lost > 0) losses.note(lost, `${error.name}: ${error.message}`);
    }
  }

  /** After a failure there is no time for another try worth waiting for. */
  async function sendAll(late: AbortSignal): Promise<void> {
    do await send();
    while (kept.length > 0 && failures === 0 && !late.aborted);
  }

  return {
    add(document) {
      if (isClosed) return losses.note(1, "came after the end");
      if (Buffer.byteLength(document) > longestDocumentBytes) return losses.note(1, "too long");
      if (kept.length === mostKept) {
        kept.shift();
        losses.note(1, "more than X-Ray takes in time");
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
      if (kept.length > 0) losses.note(kept.length, "not sent before the end");
      losses.close();
    },
  };
}

/** X-Ray has read the request and does not want it; another try would fare no better. */
function isVerdict(error: Error): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 429;
}
