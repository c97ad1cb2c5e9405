import { pino } from "pino";
import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock, sleep } from "../clock.ts";
import { createSegmentSender, mostInOnePut, mostKept, type SegmentSender } from "./segment-sender.ts";

let clock: ManualClock;
let sender: SegmentSender;
let puts: string[][];
let answer: (documents: string[]) => Promise<string[]>;
let logged: { lost: number; reason: string }[];
beforeEach(() => {
  clock = new ManualClock();
  puts = [];
  logged = [];
  answer = async () => [];
  const log = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const put = (documents: string[]) => {
    puts.push(documents);
    return answer(documents);
  };
  sender = createSegmentSender({ put, clock, log });
});

const add = (count: number, from = 0) => {
  for (let index = from; index < from + count; index++) sender.add(`d${index}`);
};
const down = () => Promise.reject(Object.assign(new Error("no route"), { name: "TimeoutError" }));

describe("segments", () => {
  it("are collected for a second and sent together", async () => {
    add(3);
    await clock.advance(999);
    const early = puts.length;
    await clock.advance(1);

    expect(early).toBe(0);
    expect(puts).toEqual([["d0", "d1", "d2"]]);
  });

  it("are sent at once when a batch is full, one call after the other", async () => {
    let calls = 0;
    let most = 0;
    answer = async () => {
      most = Math.max(most, ++calls);
      await sleep(clock, 20);
      calls -= 1;
      return [];
    };

    add(3 * mostInOnePut + 1);
    await clock.advance(2_000);

    expect(puts.map(({ length }) => length)).toEqual([mostInOnePut, mostInOnePut, mostInOnePut, 1]);
    expect(most).toBe(1);
  });

  it("are retried with backoff while X-Ray does not answer, and none is lost", async () => {
    answer = down;
    add(2);
    await clock.advance(1_000 + 1_000 + 2_000 + 4_000);
    const tries = puts.length;

    answer = async () => [];
    await clock.advance(30_000);

    expect(tries).toBe(4);
    expect(puts.slice(4)).toEqual([["d0", "d1"]]);
    expect(logged).toEqual([]);
  });

  it("are dropped, the oldest first, when there are too many, which is logged once a minute", async () => {
    answer = down;

    add(mostKept + 10);
    await clock.advance(0);
    for (let index = 0; index < 5; index++) add(1, mostKept + 10 + index);
    await clock.advance(59_999);
    const saidEarly = logged.length;
    answer = async () => [];
    await clock.advance(60_001);

    const delivered = puts.slice(puts.findLastIndex(([first]) => first === "d15")).flat();
    expect(delivered).toEqual(Array.from({ length: mostKept }, (_, index) => `d${index + 15}`));
    expect(saidEarly).toBe(1);
    expect(logged).toMatchObject([{ lost: 10, reason: "TimeoutError: no route" }, { lost: 5 }]);
  });

  it("are dropped when X-Ray refuses them", async () => {
    answer = () => Promise.reject(Object.assign(new Error("not allowed"), { $metadata: { httpStatusCode: 403 } }));
    add(2);
    await clock.advance(1_000);

    answer = async () => ["InvalidSegment"];
    add(1, 2);
    await clock.advance(60_000);

    expect(puts).toEqual([["d0", "d1"], ["d2"]]);
    expect(logged).toMatchObject([
      { lost: 2, reason: "Error: not allowed" },
      { lost: 1, reason: "refused: InvalidSegment" },
    ]);
  });

  it("are kept when X-Ray throttles", async () => {
    answer = () => Promise.reject(Object.assign(new Error("slow down"), { $metadata: { httpStatusCode: 429 } }));
    add(1);
    await clock.advance(1_000);

    answer = async () => [];
    await clock.advance(1_000);

    expect(puts).toEqual([["d0"], ["d0"]]);
    expect(logged).toEqual([]);
  });

  it("are dropped when they are longer than X-Ray allows", async () => {
    sender.add("é".repeat(33_000));
    await clock.advance(1_000);

    expect(puts).toEqual([]);
    expect(logged).toMatchObject([{ lost: 1, reason: "too long" }]);
  });
});

describe("close", () => {
  it("waits until all segments are sent", async () => {
    add(mostInOnePut + 5);

    await sender.close(500);

    expect(puts.flat()).toHaveLength(mostInOnePut + 5);
  });

  it("waits no longer than its patience", async () => {
    answer = () => new Promise(() => {});
    add(mostInOnePut + 5);
    let isOver = false;

    const closing = sender.close(500).then(() => {
      isOver = true;
    });
    await clock.advance(499);
    const early = isOver;
    await clock.advance(1);
    await closing;

    expect(early).toBe(false);
    expect(logged).toMatchObject([{ lost: 5, reason: "not sent before close" }]);
  });

  it("gives up after one try when X-Ray does not answer, and logs the losses", async () => {
    answer = down;
    add(5);

    await sender.close(500);
    sender.add("late");
    await clock.advance(120_000);

    expect(puts).toHaveLength(1);
    expect(logged[0]).toMatchObject({ lost: 5 });
  });
});
