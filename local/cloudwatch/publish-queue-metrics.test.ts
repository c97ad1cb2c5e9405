import { expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { FastClock } from "../fast-clock.ts";
import { Sqs } from "../sqs/sqs.ts";
import { CloudWatch } from "./cloud-watch.ts";
import { publishQueueMetrics } from "./publish-metrics.ts";

const second = 1_000;
const speed = 60;

it("publishes what a queue holds and how old it is, each minute of AWS's clock for the minute before, to be seen a minute later", async () => {
  const clock = new ManualClock();
  const fastClock = new FastClock(clock, speed);
  const cloudWatch = new CloudWatch(fastClock, () => {});
  const sqs = new Sqs({ clock, region: "eu-central-1", accountId: "000000000000", endpoint: "http://localhost" });
  const { QueueUrl } = (await sqs.handle("CreateQueue", { QueueName: "jobs" }, signal)) as { QueueUrl: string };
  await sqs.handle("SendMessage", { QueueUrl, MessageBody: "a message" }, signal);
  const stop = publishQueueMetrics(sqs, cloudWatch, fastClock);

  await clock.advance(3 * second);
  stop();
  await clock.advance(3 * second);

  const visible = cloudWatch.metrics.samplesOf(metric("ApproximateNumberOfMessagesVisible"));
  const ages = cloudWatch.metrics.samplesOf(metric("ApproximateAgeOfOldestMessage"));
  expect(visible.map(({ value }) => value)).toEqual([1, 1, 1]);
  expect(ages.map(({ value }) => value)).toEqual([1, 2, 3]);
  expect(visible.map(({ at, visibleAt }) => visibleAt - at)).toEqual([120_000, 120_000, 120_000]);
});

const { signal } = new AbortController();

function metric(name: string) {
  return { namespace: "AWS/SQS", name, dimensions: { QueueName: "jobs" } };
}
