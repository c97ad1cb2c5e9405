import { type AttributeDefinition, CreateTableCommand, type GlobalSecondaryIndex } from "@aws-sdk/client-dynamodb";
import { z } from "zod";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";

export const dynamodb: Record<string, ResourceHandler> = {
  "aws:dynamodb/table:Table": resource(
    z.strictObject({
      billingMode: z.literal("PAY_PER_REQUEST"),
      hashKey: z.string(),
      attributes: z.array(z.strictObject({ name: z.string(), type: z.enum(["S", "N", "B"]) })),
      globalSecondaryIndexes: z
        .array(
          z.strictObject({
            name: z.string(),
            keySchemas: z.array(z.strictObject({ attributeName: z.string(), keyType: z.enum(["HASH", "RANGE"]) })),
            projectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
            nonKeyAttributes: z.array(z.string()).optional(),
          }),
        )
        .default([]),
      ttl: noEffect("the table lives no longer than the cloud; readers pass over expired records themselves"),
      serverSideEncryption: noEffect("the table stands in memory"),
      pointInTimeRecovery: noEffect("the table stands in memory"),
      deletionProtectionEnabled: noEffect("the table goes with the cloud"),
    }),
    async ({ inputs, physicalName, cloud }) => {
      await cloud.tables.send(
        new CreateTableCommand({
          TableName: physicalName,
          BillingMode: inputs.billingMode,
          KeySchema: [{ AttributeName: inputs.hashKey, KeyType: "HASH" }],
          AttributeDefinitions: inputs.attributes.map(
            ({ name, type }): AttributeDefinition => ({ AttributeName: name, AttributeType: type }),
          ),
          GlobalSecondaryIndexes: inputs.globalSecondaryIndexes.map(
            (index): GlobalSecondaryIndex => ({
              IndexName: index.name,
              KeySchema: index.keySchemas.map((key) => ({ AttributeName: key.attributeName, KeyType: key.keyType })),
              Projection: { ProjectionType: index.projectionType, NonKeyAttributes: index.nonKeyAttributes },
            }),
          ),
        }),
      );
      const arn = `arn:aws:dynamodb:${cloud.place.region}:${cloud.place.accountId}:table/${physicalName}`;
      return { id: physicalName, outputs: { arn, name: physicalName } };
    },
  ),
};
