import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { scalingKinds, scalingTable } from "../contract/scaling-table.ts";
import { createExpiringTable } from "./expiring-table.ts";
import { allow, type Statement } from "./iam.ts";
import type { Keys } from "./keys.ts";

/**
 * The table of the scaling loop: arrival counts of the API, reports of the workers, the controller's state and decisions.
 * It needs no backup: the controller can start without it. Each role may access the items of its own kind only.
 */
export class ScalingTable {
  readonly table: aws.dynamodb.Table;

  constructor(name: string, keys: Keys, options: pulumi.CustomResourceOptions) {
    this.table = createExpiringTable(name, scalingTable, keys, options);
  }

  countArrivalsStatement(): Statement {
    return this.#only(["dynamodb:UpdateItem"], scalingKinds.arrivals);
  }

  reportWorkStatement(): Statement {
    return this.#only(["dynamodb:PutItem"], scalingKinds.workers);
  }

  /** Reads arrivals and reports; writes the controller's state and decisions. */
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
