import { addAbortSignal, type Readable } from "node:stream";
import { setImmediate as yieldToEvents } from "node:timers/promises";
import { limits } from "../../../../contract/limits.ts";
import { type JobContext, JobFailure, type RunJob } from "../../job-type.ts";
import { throwIfAborted } from "../throw-if-aborted.ts";
import { createWordCounter } from "./count-words.ts";
import { decodeText } from "./decode-text.ts";
import { defaultTop, listMostFrequent, type WordCount } from "./list-most-frequent.ts";
import type { WordFrequencyPayload } from "./schema.ts";

/** Result: all counts, and the most frequent words in order. */
export type WordFrequencyResult = {
  words: number;
  distinctWords: number;
  top: WordCount[];
  counts: { [word: string]: number };
};

/** Counts the words of the payload's text or of the named upload. */
export const run: RunJob<WordFrequencyPayload> = async (payload, context): Promise<WordFrequencyResult> => {
  const counts = await countWords(await openText(payload, context), context);
  let words = 0;
  for (const count of counts.values()) words += count;
  return {
    words,
    distinctWords: counts.size,
    top: listMostFrequent(counts, payload.top ?? defaultTop),
    // fromEntries makes each word an own property, including `constructor`.
    counts: Object.fromEntries(counts),
  };
};

interface Text {
  body: Readable | Uint8Array[];
  bytes: number;
}

async function openText(payload: WordFrequencyPayload, context: JobContext): Promise<Text> {
  if ("text" in payload) {
    const bytes = Buffer.from(payload.text);
    return { body: [bytes], bytes: bytes.length };
  }
  const { body, bytes } = await context.openUpload(payload.objectKey);
  if (bytes <= limits.textBytes) return { body: addAbortSignal(context.signal, body), bytes };
  body.destroy();
  const message = `Expected a text of at most ${limits.textBytes} bytes; ${payload.objectKey} has ${bytes}.`;
  throw new JobFailure("too-large", message, { isFinal: true });
}

async function countWords({ body, bytes }: Text, context: JobContext): Promise<Map<string, number>> {
  const counter = createWordCounter();
  const report = reportWholePercents(context);
  try {
    for await (const { text, bytesRead } of decodeText(body)) {
      throwIfAborted(context.signal);
      counter.add(text);
      report(bytesRead / bytes);
      // Yields to the event loop, so that an abort message can arrive during the CPU-bound count.
      await yieldToEvents();
    }
  } finally {
    // Replaces the error of an aborted stream.
    throwIfAborted(context.signal);
  }
  return counter.finish();
}

function reportWholePercents(context: JobContext): (share: number) => void {
  let reported = 0;
  return (share) => {
    const percent = Math.floor(share * 100);
    if (percent <= reported) return;
    reported = percent;
    context.reportProgress(percent / 100);
  };
}
