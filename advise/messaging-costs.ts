import { monthHours } from "../deploy/cost-table.ts";
import { prices } from "../deploy/prices.ts";
import type { MonthCost } from "./month-costs.ts";

/** Assumptions of the costs. */
export const assumedOfMessages = {
  /** Send, receive and delete, without batches. */
  requests: 3,
  queuesOfTopic: 2,
  shardRecordsPerSecond: 1_000,
  /** The shards are sized for this many times the mean rate. */
  peakFactor: 2,
};

/** A month's list price of messages of up to 25 KB on each service. */
export function messagingCosts(messages: number): MonthCost[] {
  const { requests, queuesOfTopic, shardRecordsPerSecond, peakFactor } = assumedOfMessages;
  const millions = messages / 1e6;
  const perSecond = messages / (monthHours * 3_600);
  const shards = Math.max(1, Math.ceil((perSecond * peakFactor) / shardRecordsPerSecond));
  // SNS delivers to a queue at no charge; the queue's reader receives and deletes.
  const ofQueues = millions * queuesOfTopic * (requests - 1) * prices.queueMillion.usd;
  return [
    {
      option: "SQS queue",
      usd: millions * requests * prices.queueMillion.usd,
      basis: `${requests} requests for each message`,
    },
    {
      option: "SNS topic",
      usd: millions * prices.topicMillion.usd + ofQueues,
      basis: `the publications, and ${queuesOfTopic} queues`,
    },
    {
      option: "Kinesis stream",
      usd: shards * monthHours * prices.streamShardHour.usd + millions * prices.streamPutMillion.usd,
      basis: `${shards} ${shards === 1 ? "shard" : "shards"} all month, and the puts`,
    },
    { option: "Amazon MQ", usd: undefined, basis: "the hours of its brokers, whose price is not in the table" },
  ];
}
