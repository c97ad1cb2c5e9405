import { type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { flowRetentionSeconds, scalingKinds, scalingTable } from "../../contract/scaling-table.ts";
import { queryPages } from "../../runtime/query-pages.ts";
import type { ActionOutcome } from "../act/perform-actions.ts";
import type { ControllerState } from "../decide/controller-state.ts";
import type { Decision } from "../decide/decide.ts";
import type { ControlMode } from "../decide/plan-actions.ts";
import type { Sample } from "../decide/sample.ts";
import type { ScalingSettings } from "../policy/scaling-settings.ts";

/** Inputs and results of one tick, complete enough to compute the decision again. */
export interface DecisionRecord {
  at: number;
  /** How many times faster than AWS the cloud runs. Sample and settings are in AWS time, `at` is in real time. */
  speed: number;
  sample: Sample;
  readErrors: readonly string[];
  settings: ScalingSettings;
  mode: ControlMode;
  before: ControllerState | undefined;
  decision: Decision;
  outcomes: readonly ActionOutcome[];
}

/** Keeps the decisions of the last hour in the scaling table. */
export interface DecisionLog {
  write(record: DecisionRecord): Promise<void>;
  /** At most `count` records, the newest first. */
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
      const items: unknown[] = [];
      // DynamoDB returns at most 1 MB per page, about 200 decisions.
      const pages = queryPages(client, {
        TableName: tableName,
        KeyConditionExpression: "#kind = :kind",
        ExpressionAttributeNames: { "#kind": scalingTable.hashKey },
        ExpressionAttributeValues: { ":kind": scalingKinds.decisions },
        ScanIndexForward: false,
        Limit: count,
      });
      for await (const page of pages) {
        items.push(...page.slice(0, count - items.length));
        if (items.length === count) break;
      }
      return z
        .array(z.object({ record: z.string() }))
        .parse(items)
        .map(({ record }) => JSON.parse(record) as DecisionRecord);
    },
  };
}
