import { expect, it } from "vitest";
import { messagingCosts } from "./messaging-costs.ts";

it("charges requests, publications with their queues, and shards with their puts", () => {
  const [sqs, sns, kinesis, mq] = messagingCosts(10_000_000);

  expect(sqs?.usd).toBeCloseTo(12);
  expect(sns?.usd).toBeCloseTo(5 + 16);
  expect(kinesis?.usd).toBeCloseTo(10.95 + 0.14);
  expect(mq?.usd).toBeUndefined();
});

it("has shards for twice the mean rate", () => {
  // 1,000 messages a second.
  expect(messagingCosts(2_628_000_000)[2]?.basis).toBe("2 shards all month, and the puts");
});
