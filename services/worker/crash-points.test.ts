import { describe, expect, it } from "vitest";
import { isFinished } from "../../contract/job.ts";
import type { EventDetail, JobEvent } from "../../contract/job-event.ts";
import { silentLog } from "../../runtime/log.ts";
import { createEventStore, type EventDeps } from "../events/event-store.ts";
import { publishLeftEvents } from "../events/publish-left-events.ts";
import type { JobRecords } from "../jobs/ports.ts";
import { startWorker } from "./start-worker.ts";
import type { Fault } from "./testing/effects.ts";
import type { FakeRun } from "./testing/fake-runners.ts";
import { createWorld, type World } from "./testing/worker-world.ts";

const minutes = 60_000;

const handlers = {
  succeeds: (run: FakeRun) => run.succeed(),
  fails: (run: FakeRun) => run.fail("flaky"),
  "fails for good": (run: FakeRun) => run.fail("bad-input", { isFinal: true }),
};
type Handler = keyof typeof handlers;

describe.each(Object.keys(handlers) as Handler[])("a worker that dies while its handler %s", (handler) => {
  it.each(["before", "after"] as const)("immediately %s any effect leaves a job that ends once", async (moment) => {
    const effects = (await play(handler, Number.POSITIVE_INFINITY, moment)).effects.done.length;

    for (let point = 0; point < effects; point++) {
      const { world, finishes } = await play(handler, point, moment);

      const where = `${moment} effect ${point}`;
      expect(isFinished(world.job().state), where).toBe(true);
      expect(finishes, where).toBe(1);
      expect(world.queue.counts(), where).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    }
    expect(effects).toBeGreaterThan(5);
  });
});

describe("a worker that publishes events and dies", () => {
  it.each(["before", "after"] as const)("immediately %s any effect loses no event and no reply", async (moment) => {
    const effects = (await play("succeeds", Number.POSITIVE_INFINITY, moment, "all")).effects.done;
    expect(effects).toContain("topic.publish");

    for (let point = 0; point < effects.length; point++) {
      const { world, published } = await play("succeeds", point, moment, "all");
      const { store, clock } = world;
      await publishLeftEvents({ store, ...published.receivers, isOrdered: false, clock, log: silentLog }, minutes);

      const where = `${moment} effect ${point}, ${effects[point]}`;
      const { state } = world.job();
      expect(new Set(published.events.map((event) => event.state)), where).toEqual(new Set(["running", state]));
      expect(new Set(published.events.map(({ id }) => id)).size, where).toBe(2);
      expect(new Set(published.replies).size, where).toBe(1);
      expect(await store.listStale("unpublished", clock.now(), 10), where).toEqual([]);
    }
  });
});

/** One worker dies at the given effect; another runs to the end. */
async function play(handler: Handler, point: number, moment: "before" | "after", detail: EventDetail = "off") {
  const world = createWorld();
  const published = record();
  const topic = world.effects.of("topic", published.receivers);
  const withTopic = <Store extends JobRecords>(store: Store, receivers: Pick<EventDeps, "publish" | "reply">) =>
    detail === "off" ? store : createEventStore(store, { ...receivers, isOrdered: false, log: silentLog }, { detail });
  world.deps.store = withTopic(world.deps.store, topic);
  let finishes = 0;
  const replace = world.store.replace;
  world.store.replace = async (job, before) => {
    const isReplaced = await replace(job, before);
    if (isReplaced && isFinished(job.state)) finishes += 1;
    return isReplaced;
  };
  world.effects.inject(dieAt(point, moment));
  world.runners.behave(handlers[handler]);
  await world.submit({ maxAttempts: 3, ...(detail === "off" ? {} : { replyTo: "billing" }) });

  const first = startWorker(workerOptions(world, world.deps));
  await world.clock.advance(0);
  const isDead = Number.isFinite(point);
  const { queue } = world;
  const store = withTopic(world.store, published.receivers);
  const second = isDead
    ? startWorker(workerOptions(world, { ...world.deps, store, queue, sources: [queue], artifacts }))
    : first;
  await world.clock.advance(10 * minutes);
  const drained = second.drain();
  await world.clock.advance(1 * minutes);
  await drained;
  return { world, finishes, published, effects: world.effects };
}

function record() {
  const events: JobEvent[] = [];
  const replies: string[] = [];
  const receivers = {
    publish: async (event: JobEvent) => void events.push(event),
    reply: async (text: string) => void replies.push(text),
  };
  return { events, replies, receivers };
}

function workerOptions({ runners }: World, deps: World["deps"]) {
  return { ...deps, runners, slots: 1, stopTimeoutMilliseconds: 30_000, deleteWindowMilliseconds: 20 };
}

const artifacts: World["deps"]["artifacts"] = {
  fetch: async () => ({ json: "1" }),
  keepResult: async () => ({ json: "1" }),
};

/** From that effect on, no effect of the process takes place. */
function dieAt(point: number, moment: "before" | "after"): () => Fault | undefined {
  let begun = 0;
  return () => {
    const index = begun++;
    if (index === point && moment === "after") return "after";
    return index >= point ? "hang" : undefined;
  };
}
