import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { schedulesTable } from "../contract/schedule.ts";
import type { Config } from "./config.ts";
import { guarded } from "./guarded.ts";
import { allow, type Statement } from "./iam.ts";
import type { Keys } from "./keys.ts";
import type { OwnersTable } from "./owners-table.ts";

/** The table of schedules. It exists with `schedules: true` only. */
export function createSchedulesTable(
  name: string,
  { config, keys }: { config: Pick<Config, "schedules" | "protectData">; keys: Keys },
  options: pulumi.CustomResourceOptions,
): aws.dynamodb.Table | undefined {
  if (!config.schedules) return undefined;
  const { hashKey, rangeKey, dueIndex, dueIndexHashKey, dueIndexRangeKey } = schedulesTable;
  return new aws.dynamodb.Table(
    name,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey,
      rangeKey,
      attributes: [
        { name: hashKey, type: "S" },
        { name: rangeKey, type: "S" },
        { name: dueIndexHashKey, type: "S" },
        { name: dueIndexRangeKey, type: "N" },
      ],
      globalSecondaryIndexes: [
        {
          name: dueIndex,
          keySchemas: [
            { attributeName: dueIndexHashKey, keyType: "HASH" },
            { attributeName: dueIndexRangeKey, keyType: "RANGE" },
          ],
          projectionType: "KEYS_ONLY",
        },
      ],
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: config.protectData,
      // Without this setting DynamoDB encrypts with an AWS-owned key.
      ...(keys.arn ? { serverSideEncryption: { enabled: true, kmsKeyArn: keys.arn } } : {}),
    },
    { ...options, ...guarded(config) },
  );
}

/** For the function that manages schedules. With `auth: none` all callers are one owner, which has no limit. */
export function accessToSchedules(table: aws.dynamodb.Table, config: Pick<Config, "auth" | "ownerMaxSchedules">) {
  const { auth, ownerMaxSchedules } = config;
  const isLimited = auth !== "none" && ownerMaxSchedules > 0;
  const environment: { SCHEDULES_TABLE_NAME: pulumi.Input<string>; OWNER_MAX_SCHEDULES?: string } = {
    SCHEDULES_TABLE_NAME: table.name,
    ...(isLimited ? { OWNER_MAX_SCHEDULES: String(ownerMaxSchedules) } : {}),
  };
  return {
    environment,
    statements: [allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Query"], [table.arn])],
  };
}

/** For the sweeper, which fires schedules. Environment variables and permissions are empty if there are none. */
export function accessToFire(
  table: aws.dynamodb.Table | undefined,
  { config, ownersTable }: { config: Pick<Config, "maxAttempts">; ownersTable: OwnersTable },
): {
  environment: {
    SCHEDULES_TABLE_NAME?: pulumi.Input<string>;
    MAX_ATTEMPTS?: string;
    OWNER_MAX_WAITING_JOBS?: pulumi.Input<string>;
  };
  statements: Statement[];
} {
  if (table === undefined) return { environment: {}, statements: [] };
  return {
    environment: {
      SCHEDULES_TABLE_NAME: table.name,
      MAX_ATTEMPTS: String(config.maxAttempts),
      // The sweeper may count in the owners table in any case.
      ...ownersTable.countAccepted().environment,
    },
    statements: [
      allow(["dynamodb:GetItem", "dynamodb:PutItem"], [table.arn]),
      allow(["dynamodb:Query"], [pulumi.interpolate`${table.arn}/index/${schedulesTable.dueIndex}`]),
    ],
  };
}
