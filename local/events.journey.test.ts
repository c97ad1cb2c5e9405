import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Notification, readNotification } from "../client/read-notification.ts";
import { readReply } from "../client/read-reply.ts";
import { type JobEvent, jobEventSchema } from "../contract/job-event.ts";
import type { Subscriber } from "../contract/subscriber.ts";
import { createAccountClient } from "./account-client.ts";
import { type CrashPoint, crashAt, recordCalls } from "./testing/crash-at.ts";
import { type Journey, startJourney } from "./testing/journey.ts";

const example = new URL("../docs/examples/Pulumi.events.yaml", import.meta.url);

let journey: Journey;
let account: S3Client;
const webhook = createServer();
const notified: Notification[] = [];
const { promise: confirmed, resolve: confirm } = Promise.withResolvers<void>();
const replies = "arn:aws:sqs:eu-central-1:000000000000:replies";
const ledger = { queue: "arn:aws:sqs:eu-central-1:000000000000:ledger.fifo" };
const everything = { queue: "arn:aws:sqs:eu-central-1:000000000000:everything" };

beforeAll(async () => {
  webhook.on("request", async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
    response.end();
    // The topic's ARN is an output, which exists only after the first message.
    const { TopicArn: topicArn } = JSON.parse(body) as { TopicArn: string };
    const isOfSns = (url: string) => new URL(url).hostname === "127.0.0.1";
    const notification = await readNotification(body, { topicArn, isOfSns });
    notified.push(notification);
    if (notification.kind !== "confirmation") return;
    await notification.confirm();
    confirm();
  });
  webhook.listen(0, "127.0.0.1");
  await once(webhook, "listening");
  const { config } = parse(await readFile(example, "utf8")) as { config: Record<string, unknown> };
  const subscribers = [
    ...(config["sluice:subscribers"] as Subscriber[]),
    everything,
    ledger,
    { https: `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/jobs` },
  ];
  journey = await startJourney({
    config: {
      "sluice:eventDetail": "all",
      "sluice:archiveEvents": "true",
      "sluice:ordered": "true",
      "sluice:subscribers": JSON.stringify(subscribers),
      "sluice:replyQueues": JSON.stringify({ billing: replies }),
    },
  });
  account = createAccountClient(journey.stack.cloud);
  await confirmed;
});
afterAll(async () => {
  account.destroy();
  await journey.down();
  webhook.close();
});

describe("the subscribers of the events", () => {
  it("receive just what their filters admit", async () => {
    await journey.post({ jobId: "good", type: "word-frequency", payload: { text: "to be or not to be" } });
    await journey.post({ jobId: "bad", payload: { fail: { times: 1, final: true } } });
    await journey.post({ jobId: "echo", payload: "hello" });
    await Promise.all(["good", "bad", "echo"].map((jobId) => journey.finished(jobId)));

    const all = ["bad failed", "bad running", "echo running", "echo succeeded", "good running", "good succeeded"];
    // An event may come twice, with the same id.
    await expect.poll(() => names(journey.events("everything"))).toEqual(all);
    await expect.poll(() => names(events(notified))).toEqual(all);
    expect(new Set(journey.events("everything").map(({ id }) => id)).size).toBe(6);
    expect(names(journey.events("counts"))).toEqual(["good succeeded"]);
    expect(names(journey.events("troubles"))).toEqual(["bad failed"]);
    const sentMails = await journey.mails();
    expect(sentMails).not.toEqual([]);
    for (const mail of sentMails) expect(mail).toContain("To: ops@example.com\nSubject: Job bad (echo) failed\n");
    const [good] = journey.events("counts");
    expect(await (await fetch(good?.resultUrl ?? "")).json()).toMatchObject({ words: 6 });
  });
});

describe("a job that names a reply queue", () => {
  it("sends its end there, with the mark of the request and the result", async () => {
    const request = { replyTo: "billing", correlationId: "request 7" };
    await journey.post({ jobId: "asked", type: "word-frequency", payload: { text: "to be" }, ...request });
    await journey.post({ jobId: "asked-in-vain", payload: { fail: { times: 1, final: true } }, ...request });

    const received = () => journey.stack.cloud.sqs.peek("replies").map(({ body }) => readReply(body));
    await expect.poll(() => received().length).toBe(2);
    const [good, bad] = received().sort((one, other) => one.jobId.localeCompare(other.jobId));
    expect(good).toMatchObject({ ...request, jobId: "asked", state: "succeeded", result: { words: 2 } });
    expect(bad).toMatchObject({
      ...request,
      jobId: "asked-in-vain",
      state: "failed",
      error: { code: expect.any(String) },
    });
  });
});

describe("a FIFO queue", () => {
  it("receives the events of jobs in groups in the order of the jobs, and no others", async () => {
    const jobIds = ["first", "second", "third"];
    for (const jobId of jobIds) await journey.post({ jobId, payload: 1, fifo: true });
    await journey.post({ jobId: "alone", payload: 1 });
    await Promise.all([...jobIds, "alone"].map((jobId) => journey.finished(jobId)));

    const received = () => journey.events("ledger.fifo").map(({ jobId, state }) => `${jobId} ${state}`);
    await expect.poll(received).toEqual(jobIds.flatMap((jobId) => [`${jobId} running`, `${jobId} succeeded`]));
    expect(journey.events("everything").filter(({ groupId }) => groupId === "default")).toHaveLength(6);
  });
});

describe("a process killed between any two effects", () => {
  it("loses no event, and repeats some with the same id", async () => {
    const expected = [
      "function dynamodb.PutItem",
      "function sqs.SendMessage",
      "task sqs.ReceiveMessage",
      "task dynamodb.GetItem",
      "task dynamodb.UpdateItem",
      "task sns.Publish",
      "task dynamodb.UpdateItem",
      "task dynamodb.UpdateItem",
      "task sns.Publish",
      "task dynamodb.UpdateItem",
      "task sqs.DeleteMessageBatch",
    ];
    // On a busy machine the worker may send a heartbeat, or the sweeper publish the event before the worker does.
    let calls = await record("reference-0");
    for (let again = 1; calls.join() !== expected.join() && again < 10; again++)
      calls = await record(`reference-${again}`);
    expect(calls).toEqual(expected);
    const points = calls.flatMap((name, call): CrashPoint[] =>
      /task (dynamodb.UpdateItem|sns.Publish)/.test(name)
        ? (["before", "after"] as const).map((moment) => ({ call, moment }))
        : [],
    );

    for (const point of points) {
      const jobId = `crash-${point.call}-${point.moment}`;
      const crashed = crashAt(journey.stack.cloud, jobId, point);
      await journey.post({ jobId, payload: "x" });
      await crashed;
      await journey.expireLease(jobId);
      await journey.finished(jobId);

      const own = () => journey.events("everything").filter((event) => event.jobId === jobId);
      const where = `${point.moment} ${point.call} ${calls[point.call]}`;
      await expect.poll(() => names(own()), { message: where }).toEqual([`${jobId} running`, `${jobId} succeeded`]);
      expect(new Set(own().map(({ id }) => id)).size, where).toBe(2);
    }
  });
});

describe("a cancelled job", () => {
  it("has an event, from the function or from the worker that ends it", async () => {
    await journey.post({ jobId: "unwanted", payload: { sleepMs: 600_000 } });

    await fetch(`${journey.stack.outputs.apiUrl}/jobs/unwanted`, { method: "DELETE" });

    await expect
      .poll(() => names(journey.events("everything").filter(({ jobId }) => jobId === "unwanted")))
      .toContain("unwanted cancelled");
  });
});

describe("the archive", () => {
  it("has each event, in compressed files of its day", async () => {
    await journey.post({ jobId: "kept", payload: "x" });
    await journey.finished("kept");

    await expect
      .poll(async () => names(await archived()))
      .toEqual(expect.arrayContaining(["kept running", "kept succeeded"]));
    const [first] = await archivedKeys();
    expect(first).toMatch(/^events\/\d{4}\/\d\d\/\d\d\/events-archive-.*\.json\.gz$/);
  });
});

async function archivedKeys(): Promise<string[]> {
  const { Contents = [] } = await account.send(new ListObjectsV2Command({ Bucket: archiveBucket() }));
  return Contents.map(({ Key }) => String(Key));
}

async function archived(): Promise<JobEvent[]> {
  const files = (await archivedKeys()).map(async (Key) => {
    const { Body } = await account.send(new GetObjectCommand({ Bucket: archiveBucket(), Key }));
    const lines = gunzipSync(Buffer.from((await Body?.transformToByteArray()) ?? []))
      .toString()
      .trimEnd()
      .split("\n");
    return lines.map((line) => jobEventSchema.parse(JSON.parse((JSON.parse(line) as { Message: string }).Message)));
  });
  return (await Promise.all(files)).flat();
}

function archiveBucket(): string {
  return String(journey.stack.outputs.archiveBucketName);
}

/** The calls of a job's road, from its submission to the end of its message. */
async function record(jobId: string): Promise<readonly string[]> {
  const recording = recordCalls(journey.stack.cloud, jobId);
  await journey.post({ jobId, payload: "x" });
  await journey.finished(jobId);
  await expect.poll(() => recording.calls).toContain("task sqs.DeleteMessageBatch");
  recording.stop();
  return recording.calls;
}

function events(all: Notification[]): JobEvent[] {
  return all.flatMap((one) => (one.kind === "event" ? [one.event] : []));
}

/** Each event once, sorted. */
function names(all: JobEvent[]): string[] {
  return [...new Set(all.map(({ jobId, state }) => `${jobId} ${state}`))].sort();
}
