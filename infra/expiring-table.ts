import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Keys } from "./keys.ts";

/** An on-demand table with two keys of type string whose items all expire. It has no backup and no stream. */
export function createExpiringTable(
  name: string,
  { hashKey, rangeKey, expiryAttribute }: { hashKey: string; rangeKey: string; expiryAttribute: string },
  keys: Keys,
  options: pulumi.CustomResourceOptions,
): aws.dynamodb.Table {
  return new aws.dynamodb.Table(
    name,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey,
      rangeKey,
      attributes: [hashKey, rangeKey].map((attribute) => ({ name: attribute, type: "S" })),
      ttl: { attributeName: expiryAttribute, enabled: true },
      // Without this setting DynamoDB encrypts with an AWS-owned key.
      ...(keys.arn ? { serverSideEncryption: { enabled: true, kmsKeyArn: keys.arn } } : {}),
    },
    options,
  );
}
