import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { AppError } from "../../runtime/errors.ts";
import { silentLog } from "../../runtime/log.ts";
import { TaskProtection } from "./task-protection.ts";

let clock: ManualClock;
let protection: TaskProtection;
let asked: boolean[];
let warnings: number;
let answer: (isProtected: boolean) => Promise<void>;

beforeEach(() => {
  clock = new ManualClock();
  asked = [];
  warnings = 0;
  answer = async () => {};
  const log = silentLog.child({});
  log.warn = () => {
    warnings += 1;
  };
  protection = new TaskProtection({
    setProtected(isProtected) {
      asked.push(isProtected);
      return answer(isProtected);
    },
    clock,
    log,
  });
});
afterEach(() => protection.close());

describe("a task's protection", () => {
  it("is there before the first work begins", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answer = () => promise;
    let hasBegun = false;

    const entered = protection.enter().then(() => {
      hasBegun = true;
    });
    await clock.advance(100);
    const hadBegunEarly = hasBegun;
    resolve();
    await entered;

    expect(hadBegunEarly).toBe(false);
    expect(asked).toEqual([true]);
  });

  it("is asked for once by overlapping work, all of which waits for it", async () => {
    await Promise.all([protection.enter(), protection.enter()]);
    protection.leave();
    await protection.enter();
    protection.leave();
    await clock.advance(60_000);

    expect(asked).toEqual([true]);
  });

  it("is given back when the last work has ended, after a while", async () => {
    await protection.enter();
    protection.leave();

    await clock.advance(1_999);
    const before = [...asked];
    await clock.advance(1);

    expect(before).toEqual([true]);
    expect(asked).toEqual([true, false]);
  });

  it("does not flap with a steady stream of short jobs", async () => {
    for (let jobs = 0; jobs < 100; jobs++) {
      await protection.enter();
      await clock.advance(300);
      protection.leave();
      await clock.advance(1_000);
    }

    expect(asked).toEqual([true]);
  });

  it("is asked for anew after it was given back", async () => {
    await protection.enter();
    protection.leave();
    await clock.advance(2_000);

    await protection.enter();

    expect(asked).toEqual([true, false, true]);
  });

  it("is asked for only when giving it back has been answered, so that the last word counts", async () => {
    await protection.enter();
    protection.leave();
    const { promise, resolve } = Promise.withResolvers<void>();
    answer = (isProtected) => (isProtected ? Promise.resolve() : promise);
    await clock.advance(2_000);

    const entered = protection.enter();
    await clock.advance(100);
    const whileUnanswered = [...asked];
    resolve();
    await entered;

    expect(whileUnanswered).toEqual([true, false]);
    expect(asked).toEqual([true, false, true]);
  });

  it("is renewed every five minutes while work goes on", async () => {
    await protection.enter();

    await clock.advance(16 * 60_000);

    expect(asked).toEqual([true, true, true, true]);
  });

  it("is not renewed when work has ended", async () => {
    await protection.enter();
    protection.leave();

    await clock.advance(95 * 60_000);

    expect(asked).toEqual([true, false]);
  });
});

describe("a task that ECS waits for", () => {
  const blocked = () => Promise.reject(new AppError("deployment-blocked", "DEPLOYMENT_BLOCKED"));

  it("begins nothing new until it is idle, then rests for a while to be stopped", async () => {
    await protection.enter();
    answer = (isProtected) => (isProtected ? blocked() : Promise.resolve());
    await clock.advance(5 * 60_000);
    const whileAtWork = protection.isResting();
    protection.leave();
    await clock.advance(2_000);
    const onceIdle = protection.isResting();
    await clock.advance(14_999);
    const beforeTheEnd = protection.isResting();
    await clock.advance(1);

    expect([whileAtWork, onceIdle, beforeTheEnd, protection.isResting()]).toEqual([true, true, true, false]);
    expect(asked.at(-1)).toBe(false);
  });

  it("is not one whose agent merely fails", async () => {
    answer = () => Promise.reject(new Error("no agent"));

    await protection.enter();

    expect(protection.isResting()).toBe(false);
  });
});

describe("a refused protection", () => {
  it("stops no work, and is told once", async () => {
    answer = () => Promise.reject(new Error("DEPLOYMENT_BLOCKED"));

    for (let stretches = 0; stretches < 3; stretches++) {
      await protection.enter();
      protection.leave();
      await clock.advance(2_000);
    }

    expect(asked).toHaveLength(6);
    expect(warnings).toBe(1);
  });

  it("is told again after it worked in between", async () => {
    answer = () => Promise.reject(new Error("DEPLOYMENT_BLOCKED"));
    await protection.enter();
    answer = async () => {};
    await clock.advance(5 * 60_000);
    answer = () => Promise.reject(new Error("DEPLOYMENT_BLOCKED"));
    await clock.advance(5 * 60_000);

    expect(warnings).toBe(2);
  });
});
