import fc from "fast-check";
import { expect, it } from "vitest";
import { type Clock, ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import type { PermitTable } from "../jobs/permit-table.ts";
import { createMemoryPermits } from "../jobs/testing/memory-permits.ts";
import { createTypePermits, type TypePermit, type TypePermits } from "./type-permits.ts";

const lease = 6_000;

type Fault = "before" | "after" | "late" | "hang";

type Step =
  | { kind: "start"; worker: number; jobs: number }
  | { kind: "heartbeat" | "end" | "abandon" | "die" | "close"; worker: number }
  /** The next writes of the worker fail: without effect, after their effect, with an effect that comes later, or without an answer. */
  | { kind: "fail"; worker: number; fault: Fault; writes: number }
  /** From now on the worker reaches the table, or does not; its jobs go on with their heartbeats. */
  | { kind: "connect"; worker: number; isAway: boolean }
  | { kind: "step-clock"; worker: number; milliseconds: number }
  | { kind: "arrive" }
  | { kind: "pass"; milliseconds: number };

/** A job as the table of jobs has it: its lease is valid while the true time is before its end. */
interface Leased {
  permit: TypePermit;
  until: number;
}

interface Member {
  permits: TypePermits;
  jobs: Leased[];
  clock: Clock;
  /** Ahead of the true time. */
  clockError: number;
  faults: Fault[];
  isAway: boolean;
  isDead: boolean;
}

const worker = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("start" as const), worker, jobs: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom("heartbeat" as const, "end" as const), worker }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("abandon" as const, "die" as const, "close" as const), worker }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("fail" as const),
      worker,
      fault: fc.constantFrom<Fault>("before", "after", "late", "hang"),
      writes: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("connect" as const), worker, isAway: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("step-clock" as const),
      worker,
      // Up to the difference that the permits allow for, or far back.
      milliseconds: fc.constantFrom(-500, 0, 500, -60_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("arrive" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      milliseconds: fc.constantFrom(100, 400, 1_500, 4_000, 9_000),
    }),
  },
);

it("never lets more leases be valid than the limit, and gives all permits out again after dead workers and lost answers", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(step, { minLength: 10, maxLength: 80 }),
      async (limit, steps) => {
        const world = createFleet(limit);

        for (const each of steps) {
          await world.perform(each);
          expect(world.validLeases(), JSON.stringify(each)).toBeLessThanOrEqual(limit);
        }
        const most = await world.recover();

        expect(most).toBe(limit);
      },
    ),
    { numRuns: 500 },
  ));

function createFleet(limit: number) {
  const time = new ManualClock(1_000_000);
  const table = createMemoryPermits();
  let late: (() => Promise<unknown>)[] = [];
  let created = 0;
  const members = Array.from({ length: 4 }, () => createMember());

  function createMember(): Member {
    const member: Omit<Member, "permits"> = {
      jobs: [],
      clockError: 0,
      faults: [],
      isAway: false,
      isDead: false,
      clock: { now: () => time.now() + member.clockError, after: (...timer) => time.after(...timer) },
    };
    const permits = createTypePermits({
      table: {
        read: faulty(member, table.read, () => undefined),
        write: faulty(member, table.write, () => member.faults.shift()),
      },
      clock: member.clock,
      log: silentLog,
      random: () => 0.5,
      workerId: `worker-${++created}`,
      type: "echo",
      limit,
      leaseMilliseconds: lease,
    });
    return Object.assign(member, { permits });
  }

  function faulty<Method extends PermitTable["read"] | PermitTable["write"]>(
    member: Pick<Member, "isAway" | "isDead">,
    method: Method,
    nextFault: () => Fault | undefined,
  ): Method {
    return (async (...args: Parameters<Method>) => {
      const act = () => (method as (...args: unknown[]) => Promise<unknown>)(...args);
      if (member.isDead) return new Promise(() => {});
      const fault = member.isAway ? "before" : nextFault();
      if (fault === "late") late.push(act);
      if (fault === "after" || fault === undefined) {
        const answer = await act();
        if (fault === undefined) return answer;
      }
      // A call that is never answered ends with the client's time limit.
      if (fault === "hang") await new Promise<void>((resolve) => void time.after(5_000, resolve));
      throw new Error("no answer");
    }) as Method;
  }

  async function start(member: Member, jobs: number): Promise<void> {
    const reserving = member.permits.reserve(jobs);
    await time.advance(300);
    void reserving.then((count) => {
      if (member.isDead) return;
      member.permits.unreserve(count);
      for (let job = 0; job < count; job++) {
        const permit = member.permits.take();
        if (permit) member.jobs.push({ permit, until: grant(member, permit) });
      }
    });
    await time.advance(0);
  }

  /** The end of a lease that is written now; the time before if the permit covers none. */
  function grant({ clock }: Member, permit: TypePermit, before = 0): number {
    try {
      return clock.now() + permit.cover(lease);
    } catch {
      return before;
    }
  }

  async function perform(each: Step): Promise<void> {
    if (each.kind === "pass") return time.advance(each.milliseconds);
    if (each.kind === "arrive") {
      for (const act of late.splice(0)) await act();
      return;
    }
    const member = members[each.worker];
    if (member === undefined) throw new Error("no such worker");
    switch (each.kind) {
      case "start":
        return start(member, each.jobs);
      case "heartbeat":
        for (const job of member.jobs) job.until = grant(member, job.permit, job.until);
        return;
      case "end": {
        const job = member.jobs.shift();
        job?.permit.leaseOver();
        job?.permit.release();
        return;
      }
      case "abandon": {
        const [job] = member.jobs.splice(0, 1);
        if (job) gone.push(job);
        job?.permit.release();
        return;
      }
      case "die":
      case "close":
        gone.push(...member.jobs);
        if (each.kind === "close") await Promise.race([member.permits.close(), time.advance(200)]);
        member.isDead = true;
        members[each.worker] = createMember();
        return;
      case "fail":
        member.faults = Array(each.writes).fill(each.fault);
        return;
      case "connect":
        member.isAway = each.isAway;
        return;
      case "step-clock":
        member.clockError = each.milliseconds;
        return;
    }
  }

  const gone: Leased[] = [];

  return {
    perform,
    validLeases: () =>
      [...gone, ...members.flatMap(({ jobs }) => jobs)].filter(({ until }) => until > time.now()).length,

    /** Ends all jobs and faults, then counts the jobs that one worker may run. */
    async recover(): Promise<number> {
      late = [];
      for (const member of members) {
        member.faults = [];
        member.isAway = false;
        member.clockError = 0;
      }
      // Starts without an answer yet end.
      await time.advance(20_000);
      for (const member of members) {
        for (const { permit } of member.jobs.splice(0)) {
          permit.leaseOver();
          permit.release();
        }
      }
      await time.advance(200_000);
      const [member] = members;
      if (member === undefined) throw new Error("no worker");
      for (let round = 0; round < 20; round++) {
        await time.advance(10_000);
        for (const job of member.jobs) grant(member, job.permit);
        await start(member, limit + 1 - member.jobs.length);
      }
      return member.jobs.length;
    },
  };
}
