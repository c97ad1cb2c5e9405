import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { ownersTable } from "../../contract/owners-table.ts";

/** A count of the owners table. */
export interface CountKey {
  /** The encoded owner, or `refusedOwners`. */
  owner: string;
  name: string;
}

/** The result of an addition. If it was refused, `count` is the count that left no room. */
export interface Addition {
  added: boolean;
  count: number;
}

/**
 * Counts in the owners table. No call is repeated after an error, because a repeated addition counts twice: the client must
 * not retry.
 */
export interface OwnerCounts {
  /** Adds to a count if the sum is at most `most`. The count expires at `expiresAt`, in epoch seconds. */
  add(key: CountKey, amount: number, limits: { most: number; expiresAt: number }): Promise<Addition>;
  /** Subtracts from a count, which never falls below zero and is not created. */
  subtract(key: CountKey, amount: number): Promise<void>;
  /** A count, eventually consistent; 0 if there is none. */
  read(key: CountKey): Promise<number>;
  /** Writes a count whole, unless a write with a higher sequence came first. */
  write(key: CountKey, count: number, written: { sequence: number; expiresAt: number }): Promise<void>;
  remove(key: CountKey): Promise<void>;
  /** The unexpired counts whose names begin with the prefix, strongly consistent. */
  list(owner: string, prefix: string, nowSeconds: number): Promise<{ name: string; count: number }[]>;
}

interface Table {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
}

const { hashKey, rangeKey, countAttribute, expiryAttribute, sequenceAttribute } = ownersTable;

export function createOwnerCounts({ client, tableName }: Table): OwnerCounts {
  async function read({ owner, name }: CountKey): Promise<number> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: { [hashKey]: owner, [rangeKey]: name } }),
    );
    return countSchema.parse(Item ?? {})[countAttribute];
  }

  /** False if the condition does not hold. */
  async function update(
    { owner, name }: CountKey,
    change: Omit<UpdateCommandInput, "TableName" | "Key">,
  ): Promise<{ count: number } | undefined> {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { [hashKey]: owner, [rangeKey]: name },
          ReturnValues: "UPDATED_NEW",
          ...change,
        }),
      );
      return { count: countSchema.parse(Attributes ?? {})[countAttribute] };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  return {
    read,

    async add(key, amount, { most, expiresAt }) {
      const sum =
        amount > most
          ? undefined
          : await update(key, {
              UpdateExpression: "ADD #count :amount SET #expiry = :expiry",
              ConditionExpression: "attribute_not_exists(#count) OR #count <= :room",
              ExpressionAttributeNames: { "#count": countAttribute, "#expiry": expiryAttribute },
              ExpressionAttributeValues: { ":amount": amount, ":room": most - amount, ":expiry": expiresAt },
            });
      return sum === undefined ? { added: false, count: await read(key) } : { added: true, count: sum.count };
    },

    async subtract(key, amount) {
      const names = { "#count": countAttribute };
      const rest = await update(key, {
        UpdateExpression: "ADD #count :negative",
        ConditionExpression: "#count >= :amount",
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ":negative": -amount, ":amount": amount },
      });
      if (rest !== undefined) return;
      // The count is too low because others were lost, or does not exist. If it has risen meanwhile, it is close enough.
      await update(key, {
        UpdateExpression: "SET #count = :zero",
        ConditionExpression: "#count > :zero AND #count < :amount",
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ":zero": 0, ":amount": amount },
      });
    },

    async write(key, count, { sequence, expiresAt }) {
      await update(key, {
        UpdateExpression: "SET #count = :count, #sequence = :sequence, #expiry = :expiry",
        ConditionExpression: "attribute_not_exists(#sequence) OR #sequence < :sequence",
        ExpressionAttributeNames: {
          "#count": countAttribute,
          "#sequence": sequenceAttribute,
          "#expiry": expiryAttribute,
        },
        ExpressionAttributeValues: { ":count": count, ":sequence": sequence, ":expiry": expiresAt },
      });
    },

    async remove({ owner, name }) {
      await client.send(new DeleteCommand({ TableName: tableName, Key: { [hashKey]: owner, [rangeKey]: name } }));
    },

    async list(owner, prefix, nowSeconds) {
      const found: { name: string; count: number }[] = [];
      let next: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: "#owner = :owner AND begins_with(#name, :prefix)",
            FilterExpression: "#expiry > :now",
            ExpressionAttributeNames: { "#owner": hashKey, "#name": rangeKey, "#expiry": expiryAttribute },
            ExpressionAttributeValues: { ":owner": owner, ":prefix": prefix, ":now": nowSeconds },
            ConsistentRead: true,
            ExclusiveStartKey: next,
          }),
        );
        found.push(...z.array(listedSchema).parse(page.Items ?? []));
        next = page.LastEvaluatedKey;
      } while (next !== undefined);
      return found;
    },
  };
}

const countSchema = z.object({ [countAttribute]: z.number().default(0) });

const listedSchema = z
  .object({ [rangeKey]: z.string(), [countAttribute]: z.number() })
  .transform((item) => ({ name: item[rangeKey], count: item[countAttribute] }));
