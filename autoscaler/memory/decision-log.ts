import { type DynamoDBDocumentClient, PutCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { flowRetentionSeconds, scalingKinds, scalingTable } from "../../contract/scaling-table.ts";
import type { ActionOutcome } from "../act/perform-actions.ts";
import type { Decision } from "../decide/decide.ts";
import type { Memory } from "../decide/memory.ts";
import type { ScalingMode } from "../decide/plan-actions.ts";
import type { Sample } from "../decide/sample.ts";
import type { ScalingPolicy } from "../policy/scaling-policy.ts";

/** A tick whole: what it saw and remembered, what it decided, and what came of that. Enough to decide it again. */
export interface DecisionRecord {
  at: number;
  /** Sample and policy are in AWS's time, `at` is not. */
  pace: number;
  sample: Sample;
  unseen: readonly string[];
  policy: ScalingPolicy;
  mode: ScalingMode;
  before: Memory | undefined;
  decision: Decision;
  outcomes: readonly ActionOutcome[];
}

/** The decisions of the last hour. */
export interface DecisionLog {
  write(record: DecisionRecord): Promise<void>;
  /** The newest first. */
  latest(count: number): Promise<DecisionRecord[]>;
}

export function createDecisionLog(options: { client: DynamoDBDocumentClient; tableName: string }): DecisionLog {
  const { client, tableName } = options;
  return {
    async write(record) {
      await client.send(
        new PutCommand({
          TableName: tableName,
          Item: {
            [scalingTable.hashKey]: scalingKinds.decisions,
            [scalingTable.rangeKey]: new Date(record.at).toISOString(),
            [scalingTable.expiryAttribute]: Math.floor(record.at / 1_000) + flowRetentionSeconds,
            record: JSON.stringify(record),
          },
        }),
      );
    },
    async latest(count) {
      const items: unknown[] = [];
      // A page has a megabyte at most: some two hundred decisions.
      const pages = paginateQuery(
        { client, pageSize: count },
        {
          TableName: tableName,
          KeyConditionExpression: "#kind = :kind",
          ExpressionAttributeNames: { "#kind": scalingTable.hashKey },
          ExpressionAttributeValues: { ":kind": scalingKinds.decisions },
          ScanIndexForward: false,
        },
      );
      for await (const { Items = [] } of pages) {
        items.push(...Items.slice(0, count - items.length));
        if (items.length === count) break;
      }
      return z
        .array(z.object({ record: z.string() }))
        .parse(items)
        .map(({ record }) => JSON.parse(record) as DecisionRecord);
    },
  };
}
