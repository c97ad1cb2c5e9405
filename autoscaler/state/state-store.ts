import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { scalingKinds, scalingTable } from "../../contract/scaling-table.ts";
import type { ControllerState } from "../decide/controller-state.ts";

/**
 * The controller's state and its lease, in one item of the scaling table. Only the holder of the lease decides and acts.
 * Each save renews the lease, and fails if another controller has taken it.
 */
export interface StateStore {
  /** Takes or renews the lease and loads the state. Undefined while another controller holds the lease. */
  acquire(now: number): Promise<{ state: ControllerState | undefined } | undefined>;
  /** Returns false if the lease is lost. With `isLast` the lease is released after the save. */
  save(state: ControllerState, now: number, options: { isLast: boolean }): Promise<boolean>;
}

export function createStateStore(options: {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
  /** Unique id of this controller. */
  holder: string;
  leaseSeconds: number;
}): StateStore {
  const { client, tableName, holder, leaseSeconds } = options;
  const leaseEnd = (now: number) => now + leaseSeconds * 1_000;

  /** Returns the item after the update, or undefined if the condition failed. */
  async function update(request: {
    set: string;
    condition: string;
    values: Record<string, unknown>;
  }): Promise<Record<string, unknown> | undefined> {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { [scalingTable.hashKey]: scalingKinds.controller, [scalingTable.rangeKey]: "state" },
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
      return item && { state: parseState(item.controllerState) };
    },
    async save(state, now, { isLast }) {
      const item = await update({
        set: "SET controllerState = :state, leaseUntil = :until",
        condition: "holder = :holder AND leaseUntil > :now",
        values: { ":state": JSON.stringify(state), ":now": now, ":until": isLast ? now : leaseEnd(now) },
      });
      return item !== undefined;
    },
  };
}

/** Length of the lease: two ticks, plus 5 s for a slow tick. A dead controller keeps others out for at most this long. */
export function leaseSeconds(tickSeconds: number): number {
  return 2 * tickSeconds + 5;
}

/** Checks only that there is a version. `decide` ignores the state of a version that it does not know. */
function parseState(text: unknown): ControllerState | undefined {
  if (text === undefined) return undefined;
  return z
    .object({ version: z.number() })
    .loose()
    .parse(JSON.parse(z.string().parse(text))) as unknown as ControllerState;
}
