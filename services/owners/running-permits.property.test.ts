import fc from "fast-check";
import { expect, it } from "vitest";
import { countNames } from "../../contract/owners-table.ts";
import { type Clock, ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import type { OwnerCounts } from "./owner-counts.ts";
import { createRunningPermits, type Permit, type RunningPermits } from "./running-permits.ts";
import { createMemoryCounts } from "./testing/memory-counts.ts";

const owner = "alice";

interface Member {
  workerId: string;
  permits: RunningPermits;
  running: Permit[];
  /** A dead worker starts no job and renews nothing; its jobs may still run. */
  isDead: boolean;
}

type Step =
  | { kind: "acquire"; worker: number; jobs: number }
  | { kind: "release"; worker: number }
  | { kind: "die"; worker: number }
  | { kind: "pass"; milliseconds: number }
  /** Writes that were late arrive. */
  | { kind: "arrive" }
  /** The next write that does not raise a number fails: before it is done, after it is done, or it is done later. */
  | { kind: "fail"; worker: number; how: "before" | "after" | "late" };

const worker = fc.integer({ min: 0, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("acquire" as const), worker, jobs: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("release" as const), worker }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), milliseconds: fc.constantFrom(1_000, 3_000, 5_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("arrive" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("die" as const), worker }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fail" as const),
      worker,
      how: fc.constantFrom("before" as const, "after" as const, "late" as const),
    }),
  },
);

it("never lets more jobs run than the limit while the permits of their workers live", () =>
  fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 4 }),
      fc.array(step, { minLength: 5, maxLength: 40 }),
      async (scheduler, limit, steps) => {
        const clock = new ManualClock(1_000_000);
        const table = createMemoryCounts();
        const late: (() => Promise<void>)[] = [];
        const failures = new Map<string, "before" | "after" | "late">();
        const members = [0, 1, 2, 3].map((index) => member(String(index)));

        function member(workerId: string): Member {
          const key = { owner, name: countNames.running(workerId) };
          async function fallible(call: () => Promise<void>, isRaise: boolean): Promise<void> {
            const how = isRaise ? undefined : failures.get(workerId);
            if (how === undefined) return call();
            failures.delete(workerId);
            if (how === "after") await call();
            if (how === "late") late.push(call);
            throw new Error(`no answer: ${how}`);
          }
          const counts: Pick<OwnerCounts, "write" | "remove" | "list"> = {
            write: async (at, count, written) => {
              await scheduler.schedule(Promise.resolve(), "write");
              await fallible(() => table.write(at, count, written), count > (table.peek(key) ?? 0));
            },
            remove: async (at) => {
              await scheduler.schedule(Promise.resolve(), "remove");
              await fallible(() => table.remove(at), false);
            },
            list: async (...asked) => {
              await scheduler.schedule(Promise.resolve(), "list");
              return table.list(...asked);
            },
          };
          const mortal: Clock = {
            now: () => clock.now(),
            after: (milliseconds, callback) =>
              clock.after(milliseconds, () => {
                if (!created.isDead) callback();
              }),
          };
          const deps = { counts, clock: mortal, log: silentLog, random: () => 0.5, workerId, limit, slots: 4 };
          const created: Member = { workerId, permits: createRunningPermits(deps), running: [], isDead: false };
          return created;
        }

        async function check(): Promise<void> {
          const live = await table.list(owner, "running/", clock.now() / 1_000);
          const names = new Set(live.map(({ name }) => name));
          const running = members
            .filter(({ workerId }) => names.has(countNames.running(workerId)))
            .reduce((sum, { running }) => sum + running.length, 0);
          expect(running).toBeLessThanOrEqual(limit);
        }

        for (const next of steps) {
          const one = "worker" in next ? members[next.worker] : undefined;
          if (next.kind === "pass") {
            await scheduler.waitIdle();
            await clock.advance(next.milliseconds);
          } else if (next.kind === "arrive") {
            for (const call of late.splice(0)) await call();
          } else if (one === undefined || one.isDead) {
            continue;
          } else if (next.kind === "die") {
            one.isDead = true;
          } else if (next.kind === "release") {
            one.running.pop()?.release();
          } else if (next.kind === "fail") {
            failures.set(one.workerId, next.how);
          } else {
            for (let job = 0; job < next.jobs; job++) {
              void one.permits.acquire(owner).then(async (permit) => {
                if (permit && !one.isDead) one.running.push(permit);
                await check();
              });
            }
            if (scheduler.count() > 0) await scheduler.waitOne();
          }
          await check();
        }
        await scheduler.waitIdle();
        await check();
      },
    ),
    { numRuns: 300 },
  ));

it("gives each of many jobs its turn, wherever its message is received", () =>
  fc.assert(
    fc.asyncProperty(
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      async (numbers) => {
        const clock = new ManualClock(1_000_000);
        const counts = createMemoryCounts();
        const random = () => numbers.next().value ?? 0.5;
        const workers = ["a", "b", "c"].map((workerId) =>
          createRunningPermits({ counts, clock, log: silentLog, random, workerId, limit: 2, slots: 4 }),
        );
        let done = 0;
        async function receive(): Promise<void> {
          const permit = await workers[Math.floor(random() * workers.length)]?.acquire(owner);
          clock.after(permit ? 2_000 : 5_000 + random() * 25_000, () => {
            permit?.release();
            if (permit) done += 1;
            else void receive();
          });
        }

        for (let job = 0; job < 20; job++) void receive();
        for (let seconds = 0; seconds < 1_800 && done < 20; seconds += 5) await clock.advance(5_000);

        expect(done).toBe(20);
      },
    ),
    { numRuns: 30 },
  ));
