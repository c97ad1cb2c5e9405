import fc from "fast-check";
import { dropJobId } from "../../../contract/intake.ts";
import { s3Event, s3Record, s3TestEvent, snsEnvelope } from "./events.ts";
import { dropBucket, type IntakeWorld, listedBucket } from "./intake-world.ts";
import type { Write } from "./memory-files.ts";

/** The outcome of a notification. */
export interface Outcome {
  jobIds: string[];
  /** Codes in the dead-letter queue, where only the last message can come to lie. */
  reasons: string[];
}

/** Puts files into the world's buckets, and returns the messages about them and what they must lead to. */
export type Notification = (world: IntakeWorld, n: number) => { messages: (object | string)[] } & Outcome;

const jobIdOf = (write: Write) => dropJobId({ ...write, version: write.versionId ?? write.sequencer });
const eventOf = (...writes: Write[]) => s3Event(...writes.map((write) => s3Record(write)));
const none: Outcome = { jobIds: [], reasons: [] };

/** Names with what S3 encodes: spaces, pluses, percent signs, other scripts; some are as long as S3 allows. */
const part = fc.oneof(
  fc.constantFrom("a b", "c+d", "100%", "%2F", "..", "été", "日本", "😀", "=&?#;", "line\nbreak", '"quote"'),
  fc.stringMatching(/^[\w!'()*.-]{1,20}$/),
);
const key = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([parts, isLong]) => `${parts.join("/")}${isLong ? "x".repeat(1_024) : ""}`);

/** A key of its own for the n-th notification, of at most 1,024 bytes, with a suffix. */
function keyOf(stem: string, n: number, suffix: string): string {
  const end = `-${n}${suffix}`;
  let cut = stem;
  while (Buffer.byteLength(cut + end) > 1_024) cut = cut.slice(0, -1);
  return cut.toWellFormed() + end;
}

const kinds: Record<string, (stem: string) => Notification> = {
  "a file": (stem) => (world, n) => {
    const write = world.files.put(dropBucket, keyOf(stem, n, ".txt"), `text ${n}`);
    return { ...none, messages: [eventOf(write)], jobIds: [jobIdOf(write)] };
  },
  "an empty file": (stem) => (world, n) => {
    const write = world.files.put(dropBucket, keyOf(stem, n, ".txt"), "");
    return { ...none, messages: [eventOf(write)], jobIds: [jobIdOf(write)] };
  },
  "a file twice": (stem) => (world, n) => {
    const write = world.files.put(dropBucket, `echo/${keyOf(stem, n, "").slice(0, 200)}`, "text");
    return { ...none, messages: [eventOf(write), eventOf(write)], jobIds: [jobIdOf(write)] };
  },
  "an overwritten file, in reverse": (stem) => (world, n) => {
    const writes = [1, 2, 3].map((v) => world.files.put(dropBucket, keyOf(stem, n, ".txt"), `text ${n} ${v}`));
    return { ...none, messages: writes.toReversed().map((write) => eventOf(write)), jobIds: writes.map(jobIdOf) };
  },
  "a version that is gone": (stem) => (world, n) => {
    const write = world.files.put(dropBucket, keyOf(stem, n, ".txt"), "text");
    world.files.remove(write);
    return { ...none, messages: [eventOf(write)], reasons: ["file-gone"] };
  },
  "a file without versions": (stem) => (world, n) => {
    const write = world.files.put(listedBucket, keyOf(stem, n, ".txt"), "text");
    return { ...none, messages: [eventOf(write), eventOf(write)], jobIds: [jobIdOf(write)] };
  },
  "an overwritten file without versions": (stem) => (world, n) => {
    const [first, last] = [1, 2].map((v) => world.files.put(listedBucket, keyOf(stem, n, ".txt"), `text ${v}`));
    if (!first || !last) throw new Error("expected two writes");
    return { messages: [eventOf(last), eventOf(first)], jobIds: [jobIdOf(last)], reasons: ["overwritten"] };
  },
  "several files, one of which is none": (stem) => (world, n) => {
    const good = world.files.put(dropBucket, keyOf(stem, n, ".txt"), "text");
    const bad = world.files.put(dropBucket, keyOf(stem, n, ".pdf"), "text");
    return { messages: [eventOf(bad, good)], jobIds: [jobIdOf(good)], reasons: ["no-rule"] };
  },
  "a file that is too large": (stem) => (world, n) => {
    const write = world.files.put(dropBucket, keyOf(stem, n, ".txt"), "text", 5 * 1024 ** 3 + 1);
    return { ...none, messages: [eventOf(write)], reasons: ["too-large"] };
  },
  "a deletion": (stem) => (world, n) => {
    const write = world.files.put(dropBucket, keyOf(stem, n, ".txt"), "text");
    return { ...none, messages: [s3Event(s3Record(write, "ObjectRemoved:Delete"))], reasons: ["no-job"] };
  },
  "another bucket": (stem) => (world, n) => {
    const write = world.files.put("elsewhere", keyOf(stem, n, ".txt"), "text");
    return { ...none, messages: [eventOf(write)], reasons: ["wrong-bucket"] };
  },
  "a key that is not encoded": () => (world, n) => {
    const record = s3Record(world.files.put(dropBucket, `${n}.txt`, "text"));
    record.s3.object.key = "%E0%A4%A.txt";
    return { ...none, messages: [s3Event(record)], reasons: ["no-job"] };
  },
  "S3's test": () => () => ({ ...none, messages: [s3TestEvent] }),
  "half an event": () => () => ({ ...none, messages: [{ Records: [{ eventSource: "aws:s3" }] }], reasons: ["no-job"] }),
  "an event of another service": () => () => ({
    ...none,
    messages: [{ Records: [{ eventSource: "aws:ses", eventName: "ObjectCreated:Put" }] }],
    reasons: ["no-job"],
  }),
  "a request with an id": (stem) => (_world, n) => ({
    ...none,
    messages: [
      { jobId: `own-${n}`, payload: { stem } },
      { payload: { stem }, jobId: `own-${n}`, type: "echo" },
    ],
    jobIds: [`own-${n}`],
  }),
  "an id that is taken": () => (_world, n) => ({
    messages: [
      { jobId: `taken-${n}`, payload: 1 },
      { jobId: `taken-${n}`, payload: 2 },
    ],
    jobIds: [`taken-${n}`],
    reasons: ["conflict"],
  }),
  "an invalid payload": (stem) => () => ({
    ...none,
    messages: [{ type: "word-frequency", payload: { texts: stem } }],
    reasons: ["invalid-request"],
  }),
  "a type that is none": () => () => ({
    ...none,
    messages: [{ type: "none", payload: 1 }],
    reasons: ["invalid-request"],
  }),
  "another owner's upload": () => (world, n) => {
    const objectKey = `uploads/mallory/${n}`;
    world.files.copies.set("inputs/alice/secret", "secret");
    return { ...none, messages: [{ type: "word-frequency", payload: { objectKey } }], reasons: ["invalid-request"] };
  },
  "no JSON": (stem) => () => ({ ...none, messages: [`{${stem}`], reasons: ["invalid-json"] }),
  "no object": () => () => ({ ...none, messages: ["[1, 2]"], reasons: ["no-job"] }),
  "a number that would change": () => () => ({
    ...none,
    messages: ['{"payload": 12345678901234567890}'],
    reasons: ["inexact-json"],
  }),
  "a subscription to confirm": () => () => ({
    ...none,
    messages: [snsEnvelope("You have chosen to subscribe", "SubscriptionConfirmation")],
    reasons: ["no-job"],
  }),
};

export const kindNames = Object.keys(kinds);

/** Notifications of all kinds, some of them in an envelope of SNS. */
export const notification = fc
  .record({ kind: fc.constantFrom(...kindNames), stem: key, isFromTopic: fc.boolean() })
  .map(({ kind, stem, isFromTopic }) => {
    const given = (kinds[kind] as (stem: string) => Notification)(stem);
    const notify: Notification = (world, n) => {
      const { messages, ...outcome } = given(world, n);
      return { ...outcome, messages: isFromTopic ? messages.map((message) => wrap(message)) : messages };
    };
    return { kind, notify };
  });

function wrap(message: object | string): object {
  return typeof message === "object" && "TopicArn" in message ? message : snsEnvelope(message);
}
