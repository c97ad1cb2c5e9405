import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import type { ReceivedMessage } from "../jobs/ports.ts";
import { type GatheredDeletes, gatherDeletes } from "./gather-deletes.ts";

const windowMilliseconds = 20;

let clock: ManualClock;
let deletes: GatheredDeletes;
/** The ids of each call. */
let calls: string[][];
let answer: (batch: readonly ReceivedMessage[]) => Promise<ReceivedMessage[]>;

beforeEach(() => {
  clock = new ManualClock();
  calls = [];
  answer = async () => [];
  const queue = {
    deleteBatch(batch: readonly ReceivedMessage[]) {
      calls.push(batch.map(({ messageId }) => messageId));
      return answer(batch);
    },
  };
  deletes = gatherDeletes({ queue, clock, log: silentLog }, windowMilliseconds);
});

function add(...ids: string[]): void {
  for (const messageId of ids) {
    deletes.add({
      content: undefined,
      body: "",
      receiptHandle: messageId,
      messageId,
      queueUrl: "queue",
      receiveCount: 1,
    });
  }
}

describe("gathered deletes", () => {
  it("are sent in one call, a window after the first", async () => {
    add("a");
    await clock.advance(windowMilliseconds - 1);
    add("b");
    const early = [...calls];
    await clock.advance(1);

    expect(early).toEqual([]);
    expect(calls).toEqual([["a", "b"]]);
  });

  it("are sent at once when they are ten", async () => {
    add(..."abcdefghijk");
    const atOnce = [...calls];
    await clock.advance(windowMilliseconds);

    expect(atOnce).toEqual([[..."abcdefghij"]]);
    expect(calls.slice(1)).toEqual([["k"]]);
  });

  it("are sent anew after a window without any", async () => {
    add("a");
    await clock.advance(5 * windowMilliseconds);
    add("b");
    await clock.advance(windowMilliseconds);

    expect(calls).toEqual([["a"], ["b"]]);
  });

  it("are tried once more if SQS fails in single entries", async () => {
    answer = async (batch) => (calls.length === 1 ? batch.slice(1) : []);

    add("a", "b", "c");
    await clock.advance(windowMilliseconds);

    expect(calls).toEqual([
      ["a", "b", "c"],
      ["b", "c"],
    ]);
  });

  it("do not keep a worker from going on when SQS does not answer", async () => {
    answer = () => Promise.reject(new Error("no answer"));
    add("a");
    await clock.advance(windowMilliseconds);
    answer = async () => [];

    add("b");
    await deletes.flush();

    expect(calls).toEqual([["a"], ["b"]]);
  });
});

describe("a flush", () => {
  it("sends what is gathered, and waits for every open call", async () => {
    const open: (() => void)[] = [];
    answer = () => new Promise((resolve) => open.push(() => resolve([])));
    add("a");
    await clock.advance(windowMilliseconds);
    add("b");
    let isFlushed = false;

    const flushed = deletes.flush().then(() => {
      isFlushed = true;
    });
    await clock.advance(0);
    const [first, second] = open;
    first?.();
    await clock.advance(0);
    const whileOpen = isFlushed;
    second?.();
    await flushed;

    expect(calls).toEqual([["a"], ["b"]]);
    expect(whileOpen).toBe(false);
  });

  it("ends at once without deletes", async () => {
    await deletes.flush();

    expect(calls).toEqual([]);
  });
});
