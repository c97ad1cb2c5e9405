import { type AttributeDefinition, CreateTableCommand, type GlobalSecondaryIndex } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { arnOf } from "../gateway/account.ts";
import { noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";

const index = z.strictObject({
  name: z.string(),
  keySchemas: z.array(z.strictObject({ attributeName: z.string(), keyType: z.enum(["HASH", "RANGE"]) })),
  projectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
  nonKeyAttributes: z.array(z.string()).optional(),
});

export const dynamodb: Record<string, ResourceHandler> = {
  "aws:dynamodb/table:Table": resource(
    z.strictObject({
      billingMode: z.literal("PAY_PER_REQUEST"),
      hashKey: z.string(),
      rangeKey: z.string().optional(),
      attributes: z.array(z.strictObject({ name: z.string(), type: z.enum(["S", "N", "B"]) })),
      globalSecondaryIndexes: z.array(index).default([]),
      ttl: noEffect("the table exists no longer than the cloud; readers ignore expired records"),
      ...noEffects("the table stays in memory", "serverSideEncryption", "pointInTimeRecovery"),
      deletionProtectionEnabled: noEffect("the table exists no longer than the cloud"),
    }),
    async ({ inputs, physicalName, cloud }) => {
      await cloud.tables.send(
        new CreateTableCommand({
          TableName: physicalName,
          BillingMode: inputs.billingMode,
          KeySchema: [
            { AttributeName: inputs.hashKey, KeyType: "HASH" },
            ...(inputs.rangeKey === undefined ? [] : [{ AttributeName: inputs.rangeKey, KeyType: "RANGE" as const }]),
          ],
          AttributeDefinitions: inputs.attributes.map(
            ({ name, type }): AttributeDefinition => ({ AttributeName: name, AttributeType: type }),
          ),
          // DynamoDB refuses an empty list.
          ...(inputs.globalSecondaryIndexes.length === 0
            ? {}
            : { GlobalSecondaryIndexes: inputs.globalSecondaryIndexes.map(asIndex) }),
        }),
      );
      cloud.partitionKeys.set(physicalName, inputs.hashKey);
      for (const { name, keySchemas } of inputs.globalSecondaryIndexes) {
        const key = keySchemas.find(({ keyType }) => keyType === "HASH");
        if (key) cloud.partitionKeys.set(`${physicalName}/${name}`, key.attributeName);
      }
      const arn = arnOf(cloud.place, "dynamodb", `table/${physicalName}`);
      return { id: physicalName, outputs: { arn, name: physicalName } };
    },
  ),
};

function asIndex({ name, keySchemas, projectionType, nonKeyAttributes }: z.infer<typeof index>): GlobalSecondaryIndex {
  return {
    IndexName: name,
    KeySchema: keySchemas.map(({ attributeName, keyType }) => ({ AttributeName: attributeName, KeyType: keyType })),
    Projection: { ProjectionType: projectionType, NonKeyAttributes: nonKeyAttributes },
  };
}
