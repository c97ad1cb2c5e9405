import fc from "fast-check";
import { expect } from "vitest";
import { changeJob } from "../../change-job.ts";
import { cancel, fail, handBack, heartbeat, interrupt, retry, succeed, type Transition } from "../../machine.ts";
import { ReferenceJob, times } from "./reference-job.ts";
import type { Holding, World } from "./world.ts";

export type Reference = Map<string, ReferenceJob>;

type Command = fc.AsyncCommand<Reference, World>;

const workers = fc.nat(2);
const jobIds = fc.constantFrom("job-1", "job-2", "job-3");
const rarely = fc.nat(4).map((number) => number === 4);
const endings = fc.constantFrom<Finish[]>(
  ...(["hand back", "hand back", "interrupted", "fail", "fail", "fail", "fail for good", "succeed"] as const),
);
const delays = fc.constantFrom(1, 500, 2_000, 10_000, times.lease, times.lease + times.grace, times.sweepAfter);
type Finish = "succeed" | "fail" | "fail for good" | "hand back" | "interrupted";

/**
 * All events for three jobs, three workers and their queue. Events that end a job are rare, so that sequences grow long.
 */
export const commands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(jobIds, rarely).map((args) => submission(...args)) },
  { weight: 14, arbitrary: fc.tuple(workers, rarely).map((args) => taking(...args)) },
  { weight: 4, arbitrary: fc.tuple(workers, fc.nat(9)).map((args) => beating(...args)) },
  {
    weight: 10,
    arbitrary: fc.tuple(workers, fc.nat(9), endings, fc.boolean(), rarely).map((args) => finishing(...args)),
  },
  { weight: 1, arbitrary: workers.map(dying) },
  { weight: 1, arbitrary: jobIds.map(cancelling) },
  { weight: 2, arbitrary: fc.tuple(jobIds, rarely).map((args) => retrying(...args)) },
  { weight: 10, arbitrary: delays.map(waiting) },
  { weight: 3, arbitrary: rarely.map(sweeping) },
  { weight: 2, arbitrary: jobIds.map(duplicating) },
  { weight: 2, arbitrary: jobIds.map(racing) },
  { weight: 1, arbitrary: fc.constant(losing()) },
);

function submission(jobId: string, losesMessage: boolean): Command {
  return command(`submit ${jobId}${losesMessage ? ", lose its message" : ""}`, async (reference, world) => {
    await world.submit(jobId, { losesMessage });
    if (!reference.has(jobId)) reference.set(jobId, new ReferenceJob(world.clock.now()));
  });
}

function taking(worker: number, crashes: boolean): Command {
  return command(`worker ${worker} takes a message${crashes ? " and crashes" : ""}`, async (reference, world) => {
    expectClaim(reference, world, await world.take(worker, { crashes }));
  });
}

/** Two workers claim the same job at once. The reference sees the accepted claim first, as the store did. */
function racing(jobId: string): Command {
  return command(`two workers race for ${jobId}`, async (reference, world) => {
    if (!reference.has(jobId)) return;
    world.queue.clear();
    await world.queue.send({ owner: "alice", jobId }, 0);
    await world.queue.send({ owner: "alice", jobId }, 0);

    const claims = await Promise.all([world.take(0, { crashes: false }), world.take(1, { crashes: false })]);

    for (const claim of claims.filter((each) => each?.transition.accepted)) expectClaim(reference, world, claim);
    for (const claim of claims.filter((each) => !each?.transition.accepted)) expectClaim(reference, world, claim);
  });
}

function expectClaim(reference: Reference, world: World, claim: Awaited<ReturnType<World["take"]>>): void {
  if (claim === undefined) return;
  const expected = reference.get(claim.jobId)?.claim(claim.token, world.clock.now());
  const { transition } = claim;
  const came = transition.accepted ? transition.job.state.replace("running", "started") : "refused";
  expect(came).toBe(expected);
}

function beating(worker: number, which: number): Command {
  return command(`worker ${worker} is alive for holding ${which}`, async (reference, world) => {
    const holding = holdingOf(world, worker, which);
    if (!holding) return;
    const lease = { token: holding.token, milliseconds: times.lease };
    const result = await change(world, holding, true, (job) =>
      heartbeat(job, lease, { progress: 0.5 }, world.clock.now()),
    );
    await world.queue.extend(holding.received, times.lease);
    if (result.accepted) holding.seen = result.job;
    expect(result.accepted).toBe(reference.get(holding.key.jobId)?.heartbeat(holding.token, world.clock.now()));
  });
}

/** A worker may finish a job that it has lost: its outdated token must be refused. */
function finishing(worker: number, which: number, how: Finish, fromMemory: boolean, crashes: boolean): Command {
  const name = `worker ${worker}: ${how} holding ${which}${fromMemory ? " as it was" : ""}${crashes ? ", crash" : ""}`;
  return command(name, async (reference, world) => {
    const holding = holdingOf(world, worker, which);
    const job = holding && reference.get(holding.key.jobId);
    if (!holding || !job) return;
    const now = world.clock.now();
    const wait = job.retryWait();

    const result = await change(world, holding, fromMemory, (seen) => transitionFor(how, seen, holding.token, now));
    if (!crashes) await world.perform(result.disposition, holding.received);

    expect(result.accepted).toBe(job.finish(holding.token, how, now));
    if (result.accepted && result.job.state === "queued" && how !== "hand back") {
      expect(result.job.stateSince).toBeGreaterThanOrEqual(now + wait.least);
      expect(result.job.stateSince).toBeLessThanOrEqual(now + wait.most);
      job.dueAt = result.job.stateSince;
    }
  });
}

/** Mostly the latest holding, sometimes one that the worker has lost. */
function holdingOf(world: World, worker: number, which: number): Holding | undefined {
  const holdings = world.holdings[worker] ?? [];
  return holdings.at(which < 6 ? -1 : which % Math.max(1, holdings.length));
}

function transitionFor(how: Finish, job: Holding["seen"], token: string, now: number): Transition {
  const backoff = { baseMilliseconds: times.retryBase, capMilliseconds: times.retryCap, random: 0.5 };
  const error = { code: "boom", message: "It broke.", isFinal: how === "fail for good" };
  if (how === "succeed") return succeed(job, token, { json: JSON.stringify(token) }, now);
  if (how === "hand back") return handBack(job, token, now);
  if (how === "interrupted") return interrupt(job, token, error, backoff, now);
  return fail(job, token, error, backoff, now);
}

async function change(
  world: World,
  holding: Holding,
  fromMemory: boolean,
  transition: (job: Holding["seen"]) => Transition,
): Promise<Transition> {
  const result = await changeJob(world.store, holding.key, transition, fromMemory ? holding.seen : undefined);
  if (!result) throw new Error(`${holding.key.jobId} is gone.`);
  return result;
}

function dying(worker: number): Command {
  return command(`worker ${worker} dies`, async (_reference, world) => {
    world.holdings[worker] = [];
  });
}

function cancelling(jobId: string): Command {
  return command(`cancel ${jobId}`, async (reference, world) => {
    const result = await changeJob(world.store, { owner: "alice", jobId }, (job) => cancel(job, world.clock.now()));
    expect(result?.accepted).toBe(reference.get(jobId)?.cancel());
  });
}

function retrying(jobId: string, losesMessage: boolean): Command {
  return command(`retry ${jobId}${losesMessage ? ", lose its message" : ""}`, async (reference, world) => {
    const key = { owner: "alice", jobId };
    const now = world.clock.now();
    const result = await changeJob(world.store, key, (job) => retry(job, now));
    if (result?.accepted && !losesMessage) await world.queue.send(key, 0);
    expect(result?.accepted).toBe(reference.get(jobId)?.retry(now));
  });
}

function waiting(milliseconds: number): Command {
  return command(`wait ${milliseconds} ms`, (_reference, world) => world.clock.advance(milliseconds));
}

function sweeping(crashes: boolean): Command {
  return command(`sweep${crashes ? ", crash" : ""}`, async (reference, world) => {
    await world.sweep({ crashes });
    for (const job of reference.values()) job.sweep(world.clock.now());
  });
}

function duplicating(jobId: string): Command {
  return command(`duplicate the message of ${jobId}`, async (reference, world) => {
    if (reference.has(jobId)) await world.queue.send({ owner: "alice", jobId }, 0);
  });
}

function losing(): Command {
  return command("lose all messages", async (_reference, world) => world.queue.clear());
}

function command(name: string, run: (reference: Reference, world: World) => Promise<void>): Command {
  return {
    check: () => true,
    async run(reference, world) {
      await run(reference, world);
      for (const [jobId, job] of reference) await expectSame(world, jobId, job);
    },
    toString: () => name,
  };
}

async function expectSame(world: World, jobId: string, job: ReferenceJob): Promise<void> {
  const stored = await world.store.load({ owner: "alice", jobId });
  expect({ state: stored?.state, attempts: stored?.attempts, fence: stored?.fence, lease: stored?.lease }).toEqual({
    state: job.state,
    attempts: job.usedAttempts,
    fence: job.starts,
    lease: job.holder,
  });
  if (job.state === "queued") expect(stored?.stateSince).toBe(job.dueAt);
}
