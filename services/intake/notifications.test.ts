import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NamedFile } from "./read-message.ts";
import { s3Event, s3Record, snsEnvelope } from "./testing/events.ts";
import { kindNames, notification } from "./testing/generate-notifications.ts";
import { createIntakeWorld, dropBucket, listedBucket, owner } from "./testing/intake-world.ts";

it("makes one job of each of 1,000 notifications, or moves it to the dead-letter queue with the reason", async () => {
  const world = createIntakeWorld();
  const notifications = fc.sample(notification, { numRuns: 1_000, seed: 7 });

  const expected = notifications.map(({ notify }, n) => notify(world, n));
  for (const message of expected.flatMap(({ messages }) => messages)) world.send(message);
  await world.deliver();

  const jobs = world.store.jobs();
  expect(new Set(notifications.map(({ kind }) => kind))).toEqual(new Set(kindNames));
  expect(jobs.map(({ jobId }) => jobId).sort()).toEqual(expected.flatMap(({ jobIds }) => jobIds).sort());
  expect(new Set(jobs.map((job) => job.owner))).toEqual(new Set([owner]));
  expect(world.inbox.deadLetters.map(({ body, reason }) => `${reason?.split(":")[0]} ${body}`).sort()).toEqual(
    expected.flatMap(({ messages, reasons }) => reasons.map((code) => `${code} ${bodyOf(messages.at(-1))}`)).sort(),
  );
  expect(world.inbox.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

function bodyOf(message: object | string | undefined): string {
  return typeof message === "string" ? message : JSON.stringify(message);
}

describe("the copy of a file", () => {
  it("has the version that the notification is about", async () => {
    const world = createIntakeWorld();
    const writes = ["first", "second"].map((content) => world.files.put(dropBucket, "a.txt", content));

    for (const write of writes) world.send(s3Event(s3Record(write)));
    await world.deliver();

    expect([...world.files.copies.values()].sort()).toEqual(["first", "second"]);
  });

  it("lies under the intake's owner whatever the key is", async () => {
    const world = createIntakeWorld();
    const keys = [
      "../../inputs/mallory/a.txt",
      "/inputs/mallory/a.txt",
      "inputs%2Fmallory/a.txt",
      "..",
      "mallory\n/.txt",
    ];

    for (const key of keys) world.send(s3Event(s3Record(world.files.put(dropBucket, `${key}.txt`, key))));
    await world.deliver();

    const copies = [...world.files.copies.keys()];
    expect(copies).toHaveLength(keys.length);
    for (const copy of copies)
      expect(copy).toMatch(/^inputs\/team%7Cfiles\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});

describe("a repeated notification", () => {
  it.each([dropBucket, listedBucket])(
    "of a file that is gone by then sends its job's message again (%s)",
    async (bucket) => {
      const world = createIntakeWorld();
      const write = world.files.put(bucket, "a.txt", "text");
      const event = s3Event(s3Record(write));

      world.send(event);
      await world.deliver();
      world.files.remove(write);
      world.send(event);
      await world.deliver();

      expect(world.store.jobs()).toHaveLength(1);
      expect(world.jobQueue.counts().visible).toBe(2);
      expect(world.inbox.deadLetters).toEqual([]);
    },
  );

  it("without a version or sequencer, as a console sends it, is about the current version", async () => {
    const world = createIntakeWorld();
    const { bucketName, key, versionId } = world.files.put(dropBucket, "a.txt", "text");

    for (const file of [
      { bucketName, key },
      { bucketName, key, sequencer: "0A1B2C" },
      { bucketName, key, versionId },
    ]) {
      world.send(s3Event(s3Record(file as NamedFile)));
    }
    await world.deliver();

    expect(world.store.jobs()).toHaveLength(1);
  });
});

describe("a message without a job id", () => {
  it("makes one job when it is delivered again", async () => {
    const world = createIntakeWorld();
    world.send({ payload: 1 });
    const isFirst = { left: 1 };
    world.effects.inject((effect) => (effect === "inbox.deleteBatch" && isFirst.left-- > 0 ? "before" : undefined));

    await expect(world.deliver()).rejects.toThrow("inbox.deleteBatch failed");
    await world.clock.advance(15 * 60_000);
    await world.deliver();

    expect(world.store.jobs()).toHaveLength(1);
    expect(world.inbox.counts().inFlight).toBe(0);
  });

  it("makes one job when SNS sends it in two messages", async () => {
    const world = createIntakeWorld();
    const envelope = snsEnvelope({ payload: 1 });

    world.send(envelope);
    world.send(envelope);
    await world.deliver();

    expect(world.store.jobs()).toHaveLength(1);
  });
});

describe("a failure", () => {
  it("of one message leaves the others of the batch their jobs, and it gets its job later", async () => {
    const world = createIntakeWorld();
    const failing = { left: 1 };
    world.effects.inject((effect) => (effect === "store.create" && failing.left-- > 0 ? "before" : undefined));
    for (const payload of [1, 2, 3]) world.send({ payload });

    await world.deliver();
    const atOnce = world.store.jobs().length;
    await world.clock.advance(5_000);
    await world.deliver();

    expect(atOnce).toBe(2);
    expect(world.store.jobs()).toHaveLength(3);
  });

  it("that lasts for five hours sends no message to the dead-letter queue", async () => {
    const world = createIntakeWorld();
    world.effects.outage("store.create");
    world.send({ payload: 1 });

    for (let minute = 0; minute < 300; minute++) {
      await world.deliver();
      await world.clock.advance(60_000);
    }
    world.effects.endOutage();
    await world.clock.advance(15 * 60_000);
    await world.deliver();

    expect(world.store.jobs()).toHaveLength(1);
    expect(world.inbox.deadLetters).toEqual([]);
  });

  it("that never ends sends it there, with the error as the reason", async () => {
    const world = createIntakeWorld();
    world.effects.outage("store.create");
    world.send({ payload: 1 });

    for (let hour = 0; hour < 30; hour++) {
      await world.deliver();
      await world.clock.advance(60 * 60_000);
    }

    expect(world.inbox.deadLetters).toMatchObject([{ reason: "failed: Error: store.create failed" }]);
  });
});
