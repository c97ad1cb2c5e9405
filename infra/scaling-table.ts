import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { scalingKinds, scalingTable } from "../contract/scaling-table.ts";
import { allow, type Statement } from "./iam.ts";
import type { Keys } from "./keys.ts";

/**
 * Reports of API and workers to the controller, and the controller's state. It needs no backup and no deletion protection:
 * without it the controller starts again without history. Each role may access only the items of its own kinds.
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

  countArrivals(): Statement {
    return this.#only(["dynamodb:UpdateItem"], scalingKinds.arrivals);
  }

  reportWork(): Statement {
    return this.#only(["dynamodb:PutItem"], scalingKinds.workers);
  }

  /** Reads the reports; writes the state and the decision log. */
  control(): Statement[] {
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
