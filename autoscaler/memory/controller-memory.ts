import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { scalingKinds, scalingTable } from "../../contract/scaling-table.ts";
import type { Memory } from "../decide/memory.ts";

/**
 * What the controller remembers between ticks, and its lease: while one ticks, no other does. Each save renews the lease, so
 * that whoever has lost it finds out before it acts.
 */
export interface ControllerMemory {
  /** Undefined while another holds the lease. */
  acquire(now: number): Promise<{ memory: Memory | undefined } | undefined>;
  /** False when another has taken the lease over. With `isLast` the lease is free for whoever comes next. */
  save(memory: Memory, now: number, options: { isLast: boolean }): Promise<boolean>;
}

export function createControllerMemory(options: {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
  /** Who asks; no two have the same. */
  holder: string;
  leaseSeconds: number;
}): ControllerMemory {
  const { client, tableName, holder, leaseSeconds } = options;
  const leaseEnd = (now: number) => now + leaseSeconds * 1_000;

  async function update(request: {
    set: string;
    condition: string;
    values: Record<string, unknown>;
  }): Promise<Record<string, unknown> | undefined> {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { [scalingTable.hashKey]: scalingKinds.controller, [scalingTable.rangeKey]: "memory" },
          UpdateExpression: request.set,
          ConditionExpression: request.condition,
          ExpressionAttributeValues: { ":holder": holder, ...request.values },
          ReturnValues: "ALL_NEW",
        }),
      );
      return Attributes ?? {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  return {
    async acquire(now) {
      const item = await update({
        set: "SET holder = :holder, leaseUntil = :until",
        condition: "attribute_not_exists(leaseUntil) OR leaseUntil <= :now OR holder = :holder",
        values: { ":now": now, ":until": leaseEnd(now) },
      });
      return item && { memory: parseMemory(item.memory) };
    },
    async save(memory, now, { isLast }) {
      const item = await update({
        set: "SET memory = :memory, leaseUntil = :until",
        condition: "holder = :holder AND leaseUntil > :now",
        values: { ":memory": JSON.stringify(memory), ":now": now, ":until": isLast ? now : leaseEnd(now) },
      });
      return item !== undefined;
    },
  };
}

/** What an older or newer controller has left is for `decide` to judge, by its version. */
function parseMemory(text: unknown): Memory | undefined {
  if (text === undefined) return undefined;
  return z
    .object({ version: z.number() })
    .loose()
    .parse(JSON.parse(z.string().parse(text))) as unknown as Memory;
}
