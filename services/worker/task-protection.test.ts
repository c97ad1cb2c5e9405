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
  it("is granted before the first job begins", async () => {
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

  it("is requested once for overlapping jobs, all of which wait for it", async () => {
    await Promise.all([protection.enter(), protection.enter()]);
    protection.leave();
    await protection.enter();
    protection.leave();
    await clock.advance(60_000);

    expect(asked).toEqual([true]);
  });

  it("is released some time after the last job has ended", async () => {
    await protection.enter();
    protection.leave();

    await clock.advance(1_999);
    const before = [...asked];
    await clock.advance(1);

    expect(before).toEqual([true]);
    expect(asked).toEqual([true, false]);
  });

  it("is not toggled by a steady stream of short jobs", async () => {
    for (let jobs = 0; jobs < 100; jobs++) {
      await protection.enter();
      await clock.advance(300);
      protection.leave();
      await clock.advance(1_000);
    }

    expect(asked).toEqual([true]);
  });

  it("is requested again after its release", async () => {
    await protection.enter();
    protection.leave();
    await clock.advance(2_000);

    await protection.enter();

    expect(asked).toEqual([true, false, true]);
  });

  it("is requested only after the answer to its release, so that the last request counts", async () => {
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

  it("is renewed every five minutes while jobs run", async () => {
    await protection.enter();

    await clock.advance(16 * 60_000);

    expect(asked).toEqual([true, true, true, true]);
  });

  it("is not renewed after the last job", async () => {
    await protection.enter();
    protection.leave();

    await clock.advance(95 * 60_000);

    expect(asked).toEqual([true, false]);
  });
});

describe("a task that a deployment waits for", () => {
  const blocked = () => Promise.reject(new AppError("deployment-blocked", "DEPLOYMENT_BLOCKED"));

  it("begins no job until it is idle, then pauses so that ECS can stop it", async () => {
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

  it("is not assumed after an error of the agent", async () => {
    answer = () => Promise.reject(new Error("no agent"));

    await protection.enter();

    expect(protection.isResting()).toBe(false);
  });
});

describe("a refused protection", () => {
  it("stops no job, and is logged once", async () => {
    answer = () => Promise.reject(new Error("DEPLOYMENT_BLOCKED"));

    for (let stretches = 0; stretches < 3; stretches++) {
      await protection.enter();
      protection.leave();
      await clock.advance(2_000);
    }

    expect(asked).toHaveLength(6);
    expect(warnings).toBe(1);
  });

  it("is logged again after a success in between", async () => {
    answer = () => Promise.reject(new Error("DEPLOYMENT_BLOCKED"));
    await protection.enter();
    answer = async () => {};
    await clock.advance(5 * 60_000);
    answer = () => Promise.reject(new Error("DEPLOYMENT_BLOCKED"));
    await clock.advance(5 * 60_000);

    expect(warnings).toBe(2);
  });
});
