import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { JobType } from "../../contract/job.ts";
import { jobsTable } from "../../contract/jobs-table.ts";

/** All permits of a job type: one item of the jobs table. Permits and leases so have the same fate when the table does not answer. */
export interface PermitLedger {
  /** Rises with each write; 0 before the first. */
  version: number;
  /** Permits of each worker, by its id. */
  holders: Readonly<Record<string, HeldPermits>>;
}

export interface HeldPermits {
  count: number;
  /** Milliseconds since the epoch. Until then no other worker gets these permits. */
  until: number;
}

export interface PermitTable {
  /** Strongly consistent. */
  read(type: JobType): Promise<PermitLedger>;
  /**
   * Writes the ledger if the stored one has the version before it. False if it has not; a repetition of a write whose answer was lost
   * gets false too. After an error the write may have happened, or may still happen.
   */
  write(type: JobType, next: PermitLedger): Promise<boolean>;
}

export function createPermitTable(table: {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
}): PermitTable {
  const { client, tableName: TableName } = table;
  return {
    async read(type) {
      const Key = { [jobsTable.hashKey]: jobsTable.permitsKey(type) };
      const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item === undefined ? { version: 0, holders: {} } : ledgerSchema.parse(Item);
    },
    async write(type, { version, holders }) {
      const Item = { [jobsTable.hashKey]: jobsTable.permitsKey(type), version, holders };
      const isFirst = version === 1;
      try {
        await client.send(
          new PutCommand({
            TableName,
            Item,
            ConditionExpression: isFirst ? "attribute_not_exists(#version)" : "#version = :before",
            ExpressionAttributeNames: { "#version": "version" },
            ...(isFirst ? {} : { ExpressionAttributeValues: { ":before": version - 1 } }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

const ledgerSchema = z.object({
  version: z.int().positive(),
  holders: z.record(z.string(), z.object({ count: z.int().positive(), until: z.number() })),
});
