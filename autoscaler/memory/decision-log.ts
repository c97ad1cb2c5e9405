import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
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

export function createDecisionLog(options: {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
}): DecisionLog {
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
      const query = {
        TableName: tableName,
        KeyConditionExpression: "#kind = :kind",
        ExpressionAttributeNames: { "#kind": scalingTable.hashKey },
        ExpressionAttributeValues: { ":kind": scalingKinds.decisions },
        ScanIndexForward: false,
      };
      const items: unknown[] = [];
      let start: Record<string, unknown> | undefined;
      // A page has a megabyte at most: some two hundred decisions.
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({ ...query, Limit: count - items.length, ...(start ? { ExclusiveStartKey: start } : {}) }),
        );
        items.push(...Items);
        start = LastEvaluatedKey;
      } while (start && items.length < count);
      return z
        .array(z.object({ record: z.string() }))
        .parse(items)
        .map(({ record }) => JSON.parse(record) as DecisionRecord);
    },
  };
}
