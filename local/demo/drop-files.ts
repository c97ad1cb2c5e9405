import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createJobClient } from "../../client/job-client.ts";
import { dropJobId } from "../../contract/intake.ts";
import { type JobEvent, jobEventSchema } from "../../contract/job-event.ts";
import { type Clock, sleep } from "../../runtime/clock.ts";
import type { Cloud } from "../cloud.ts";
import { createSender } from "../users.ts";
import { checkCounts } from "./check-counts.ts";
import { collectTexts } from "./collect-texts.ts";
import { followJobs } from "./follow-jobs.ts";
import { countIndependently } from "./independent-count.ts";

/** Queues that are subscribed to the events of the demo's jobs, with the state that each wants. */
const queues = { "demo-succeeded": "succeeded", "demo-failed": "failed" } as const;

/** Configuration with the two subscribers. */
export const dropDemoConfig = {
  "sluice:drops": '[{"suffix":".txt","type":"word-frequency"}]',
  "sluice:eventDetail": "ends",
  "sluice:subscribers": JSON.stringify(
    Object.entries(queues).map(([name, state]) => ({
      queue: `arn:aws:sqs:eu-central-1:000000000000:${name}`,
      filter: { state: [state] },
    })),
  ),
};

const textCount = 12;
const patienceMilliseconds = 120_000;

/**
 * Puts texts, and one file that is no text, into the drop bucket. Checks the results, and that each job's event is in the queue
 * that wants it and in no other. Returns one line about it, and a sentence for each unexpected thing.
 */
export async function dropFiles(
  { cloud, outputs }: { cloud: Cloud; outputs: Record<string, string> },
  { root, clock, signal }: { root: string; clock: Clock; signal: AbortSignal },
): Promise<{ line: string; problems: string[] }> {
  const bucketName = String(outputs.dropBucketName);
  const texts = (await collectTexts(root)).slice(0, textCount);
  const files = [...texts, { path: "no-text", bytes: Uint8Array.of(0xff, 0) }];
  const sent = await putFiles(cloud, outputs, bucketName, files);
  // A file has no job until the intake has taken it, so that the events come first.
  const expected = sent
    .map(({ jobId, bytes }) => `${jobId} ${countIndependently(bytes) ? "succeeded" : "failed"}`)
    .sort();
  const until = clock.now() + patienceMilliseconds;
  while (receivedBy(cloud, sent).length < expected.length && clock.now() < until) {
    await sleep(clock, 100, signal);
    signal.throwIfAborted();
  }
  const received = receivedBy(cloud, sent);
  const wrongEvents = compareEvents(expected, received);
  if (wrongEvents.length > 0)
    return { line: `${files.length} files were dropped into the bucket.`, problems: wrongEvents };

  const jobs = createJobClient({ url: String(outputs.apiUrl), clock });
  const finished = await followJobs(jobs, sent, { clock, signal });
  const shares = Object.entries(queues).map(
    ([name, state]) => `${received.filter((one) => one.endsWith(state)).length} in the queue ${name}`,
  );
  return {
    line: `${files.length} files became jobs. One is no text, so its job failed as expected. The events of their ends: ${shares.join(", ")}.`,
    problems: finished
      .flatMap((one) => checkCounts(one))
      .map(({ path, what, expected: right, got }) => `${path}: ${what}: expected ${right}; came ${got}`),
  };
}

/** One sentence for each event that is missing or that nobody should have. */
export function compareEvents(expected: readonly string[], received: readonly string[]): string[] {
  return [
    ...expected
      .filter((one) => !received.includes(one))
      .map((one) => `expected the event "${one}" in its queue; it is not there`),
    ...received.filter((one) => !expected.includes(one)).map((one) => `expected no event "${one}"; it came`),
  ];
}

interface DroppedFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

async function putFiles(cloud: Cloud, outputs: Record<string, string>, Bucket: string, files: DroppedFile[]) {
  const keys = createSender(cloud, outputs);
  const client = new S3Client({
    endpoint: cloud.gateway.endpoint,
    region: cloud.place.region,
    forcePathStyle: true,
    credentials: {
      accessKeyId: String(keys.AWS_ACCESS_KEY_ID),
      secretAccessKey: String(keys.AWS_SECRET_ACCESS_KEY),
    },
  });
  const put = files.map(async (file) => {
    const key = `${file.path}.txt`;
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: key, Body: file.bytes }));
    const jobId = dropJobId({ bucketName: Bucket, key, version: String(VersionId) });
    return { ...file, jobId, wasUploaded: true };
  });
  return Promise.all(put).finally(() => client.destroy());
}

/** Job and state of the events about the dropped files, each once. An event in the wrong queue keeps the queue's name. */
function receivedBy(cloud: Cloud, sent: readonly { jobId: string }[]): string[] {
  const own = new Set(sent.map(({ jobId }) => jobId));
  const all = Object.entries(queues).flatMap(([name, wanted]) =>
    eventsIn(cloud, name)
      .filter(({ jobId }) => own.has(jobId))
      .map(({ jobId, state }) => (state === wanted ? `${jobId} ${state}` : `${jobId} ${state} in ${name}`)),
  );
  return [...new Set(all)].sort();
}

function eventsIn(cloud: Cloud, queueName: string): JobEvent[] {
  return cloud.sqs
    .peek(queueName)
    .map(({ body }) => jobEventSchema.parse(JSON.parse((JSON.parse(body) as { Message: string }).Message)));
}
