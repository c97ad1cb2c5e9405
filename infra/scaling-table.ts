import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { scalingKinds, scalingTable } from "../contract/scaling-table.ts";
import { allow, type Statement } from "./iam.ts";
import type { Keys } from "./keys.ts";

/**
 * What API and workers tell the controller, and what it remembers. Nothing in it is worth a backup or a guard: without it
 * the controller begins again. Each role gets the items of its own kind and no others.
 */
export class ScalingTable {
  readonly table: aws.dynamodb.Table;

  constructor(name: string, keys: Keys, options: pulumi.CustomResourceOptions) {
    this.table = new aws.dynamodb.Table(
      name,
      {
        billingMode: "PAY_PER_REQUEST",
        hashKey: scalingTable.hashKey,
        rangeKey: scalingTable.rangeKey,
        attributes: [
          { name: scalingTable.hashKey, type: "S" },
          { name: scalingTable.rangeKey, type: "S" },
        ],
        ttl: { attributeName: scalingTable.expiryAttribute, enabled: true },
        // Unstated, a table is encrypted with a key that AWS owns.
        ...(keys.arn ? { serverSideEncryption: { enabled: true, kmsKeyArn: keys.arn } } : {}),
      },
      options,
    );
  }

  countArrivalsStatement(): Statement {
    return this.#only(["dynamodb:UpdateItem"], scalingKinds.arrivals);
  }

  reportWorkStatement(): Statement {
    return this.#only(["dynamodb:PutItem"], scalingKinds.workers);
  }

  /** What was told, its own memory, and the decisions it keeps. */
  controlStatements(): Statement[] {
    return [
      this.#only(["dynamodb:Query"], scalingKinds.arrivals, scalingKinds.workers),
      this.#only(["dynamodb:UpdateItem"], scalingKinds.controller),
      this.#only(["dynamodb:PutItem"], scalingKinds.decisions),
    ];
  }

  #only(actions: string[], ...kinds: string[]): Statement {
    return allow(actions, [this.table.arn], { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": kinds } });
  }
}
