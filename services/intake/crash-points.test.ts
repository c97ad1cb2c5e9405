import { describe, expect, it } from "vitest";
import { dropJobId } from "../../contract/intake.ts";
import type { Fault } from "../worker/testing/effects.ts";
import { s3Event, s3Record } from "./testing/events.ts";
import { createIntakeWorld, dropBucket, type IntakeWorld } from "./testing/intake-world.ts";

const minutes = 60_000;

describe("an intake that dies", () => {
  it.each(["before", "after"] as const)("immediately %s any effect makes one job of a file", async (moment) => {
    const effects = (await play(sendFile, Number.POSITIVE_INFINITY, moment)).effects.done;

    for (let point = 0; point < effects.length; point++) {
      const { store, jobQueue, inbox, files } = await play(sendFile, point, moment);

      const where = `${moment} ${effects[point]}`;
      expect(store.jobs(), where).toMatchObject([{ type: "word-frequency", state: "queued" }]);
      expect([...files.copies.values()], where).toEqual(["one two"]);
      expect(jobQueue.counts().visible, where).toBeGreaterThan(0);
      expect(inbox.counts(), where).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
      expect(inbox.deadLetters, where).toEqual([]);
    }
    expect(effects).toEqual(["files.find", "files.copy", "store.create", "queue.send", "inbox.deleteBatch"]);
  });

  it.each(["before", "after"] as const)("immediately %s any effect makes one job of a request", async (moment) => {
    const send = (world: IntakeWorld) => world.send({ payload: { hello: "world" } });
    const effects = (await play(send, Number.POSITIVE_INFINITY, moment)).effects.done;

    for (let point = 0; point < effects.length; point++) {
      const { store, jobQueue, inbox } = await play(send, point, moment);

      const where = `${moment} ${effects[point]}`;
      expect(store.jobs(), where).toMatchObject([{ type: "echo", state: "queued" }]);
      expect(jobQueue.counts().visible, where).toBeGreaterThan(0);
      expect(inbox.counts(), where).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    }
    expect(effects).toEqual(["store.create", "queue.send", "inbox.deleteBatch"]);
  });

  it.each(["before", "after"] as const)("immediately %s any effect keeps a message that is no job", async (moment) => {
    const send = (world: IntakeWorld) => world.send("no JSON");
    const effects = (await play(send, Number.POSITIVE_INFINITY, moment)).effects.done;

    for (let point = 0; point < effects.length; point++) {
      const { store, inbox } = await play(send, point, moment);

      expect(store.jobs()).toEqual([]);
      expect(inbox.deadLetters[0]).toMatchObject({ body: "no JSON", reason: expect.stringContaining("invalid-json") });
      expect(inbox.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    }
    expect(effects).toEqual(["inbox.deadLetter", "inbox.deleteBatch"]);
  });
});

it("keeps the job of a file that is deleted after the crash", async () => {
  const world = createIntakeWorld();
  const write = world.files.put(dropBucket, "a.txt", "one two");
  world.send(s3Event(s3Record(write)));
  const process = dieAt(2, "after");
  await live(world, process);
  world.files.remove(write);

  await restart(world, process);

  expect(world.store.jobs()).toMatchObject([{ jobId: dropJobId({ ...write, version: String(write.versionId) }) }]);
  expect(world.jobQueue.counts().visible).toBe(1);
  expect(world.inbox.deadLetters).toEqual([]);
});

/** One process dies at the given effect; a later one gets the message again. */
async function play(send: (world: IntakeWorld) => void, point: number, moment: "before" | "after") {
  const world = createIntakeWorld();
  send(world);
  const process = dieAt(point, moment);
  await live(world, process);
  await restart(world, process);
  return world;
}

function sendFile(world: IntakeWorld): void {
  world.send(s3Event(s3Record(world.files.put(dropBucket, "a.txt", "one two"))));
}

interface MortalProcess {
  fault(): Fault | undefined;
  /** From then on the effects are those of another process. */
  replace(): void;
}

/** From that effect on, no effect of the process takes place. */
function dieAt(point: number, moment: "before" | "after"): MortalProcess {
  let begun = 0;
  let isReplaced = false;
  return {
    fault() {
      if (isReplaced) return undefined;
      const index = begun++;
      if (index === point && moment === "after") return "after";
      return index >= point ? "hang" : undefined;
    },
    replace() {
      isReplaced = true;
    },
  };
}

async function live(world: IntakeWorld, process: MortalProcess): Promise<void> {
  world.effects.inject(() => process.fault());
  // Rejects where the last effect's answer is lost.
  world.deliver().catch(() => {});
  await world.clock.advance(0);
}

async function restart(world: IntakeWorld, process: MortalProcess): Promise<void> {
  process.replace();
  await world.clock.advance(15 * minutes);
  await world.deliver();
}
