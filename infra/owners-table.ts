import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type OwnerLimits, ownerLimits, ownersTable, refusedOwners } from "../contract/owners-table.ts";
import type { Config } from "./config.ts";
import { createExpiringTable } from "./expiring-table.ts";
import { allow, type Statement } from "./iam.ts";
import type { Keys } from "./keys.ts";

/** Environment variables and permissions with which code enforces a limit. Both are empty if the limit is off. */
export interface OwnerLimitAccess<Variable extends string> {
  environment: { [Name in Variable]?: pulumi.Input<string> };
  statements: Statement[];
}

type WithTable<Variable extends string> = OwnerLimitAccess<"OWNERS_TABLE_NAME" | Variable>;

/**
 * The table with the counts behind the limits of each owner. It exists if at least one limit is on. It needs no backup: without
 * it no limit is enforced.
 */
export class OwnersTable {
  readonly table: aws.dynamodb.Table | undefined;
  readonly #limits: OwnerLimits;

  constructor(name: string, { config, keys }: { config: Config; keys: Keys }, options: pulumi.CustomResourceOptions) {
    this.#limits = ownerLimits(config);
    this.table =
      Object.keys(this.#limits).length > 0 ? createExpiringTable(name, ownersTable, keys, options) : undefined;
  }

  /** For the submit function: counts accepted jobs, and notes refused owners. */
  countAccepted(): WithTable<"OWNER_MAX_WAITING_JOBS"> {
    const { waitingJobs: limit } = this.#limits;
    return this.#access(limit, { OWNER_MAX_WAITING_JOBS: String(limit) }, (arn) => [allow(countActions, [arn])]);
  }

  /** For the cancel function: subtracts jobs that never start. */
  countCancelled(): WithTable<never> {
    return this.#access(this.#limits.waitingJobs, {}, (arn) => [allow(["dynamodb:UpdateItem"], [arn])]);
  }

  /** For the sweeper: counts the waiting jobs of refused owners anew. */
  recountWaiting(): WithTable<never> {
    return this.#access(this.#limits.waitingJobs, {}, (arn) => [
      allow(countActions, [arn]),
      allow(["dynamodb:Query", "dynamodb:DeleteItem"], [arn], {
        "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [refusedOwners] },
      }),
    ]);
  }

  /** For the status function: counts long polls. */
  countLongPolls(): WithTable<"OWNER_MAX_LONG_POLLS"> {
    const { longPolls: limit } = this.#limits;
    return this.#access(limit, { OWNER_MAX_LONG_POLLS: String(limit) }, (arn) => [allow(countActions, [arn])]);
  }

  /** For the upload function: counts announced uploads. */
  countUploads(): WithTable<"OWNER_MAX_UPLOAD_MEGABYTES_PER_DAY"> {
    const { uploadMegabytesPerDay: limit } = this.#limits;
    const variables = { OWNER_MAX_UPLOAD_MEGABYTES_PER_DAY: String(limit) };
    return this.#access(limit, variables, (arn) => [allow(countActions, [arn])]);
  }

  /** For the worker: subtracts started jobs, and holds permits for running ones. */
  countStarted(): WithTable<"OWNER_MAX_WAITING_JOBS" | "OWNER_MAX_RUNNING_JOBS"> {
    const { waitingJobs, runningJobs } = this.#limits;
    const variables = {
      ...(waitingJobs === undefined ? {} : { OWNER_MAX_WAITING_JOBS: String(waitingJobs) }),
      ...(runningJobs === undefined ? {} : { OWNER_MAX_RUNNING_JOBS: String(runningJobs) }),
    };
    const permits = runningJobs === undefined ? [] : ["dynamodb:Query", "dynamodb:DeleteItem"];
    return this.#access(waitingJobs ?? runningJobs, variables, (arn) => [
      allow(["dynamodb:UpdateItem", ...permits], [arn]),
    ]);
  }

  #access<Variable extends string>(
    limit: number | undefined,
    variables: { [Name in Variable]?: string },
    statements: (tableArn: pulumi.Output<string>) => Statement[],
  ): WithTable<Variable> {
    if (this.table === undefined || limit === undefined) return { environment: {}, statements: [] };
    return {
      environment: { ...variables, OWNERS_TABLE_NAME: this.table.name },
      statements: statements(this.table.arn),
    };
  }
}

/** An addition or subtraction; the count itself is read after a refused addition. */
const countActions = ["dynamodb:UpdateItem", "dynamodb:GetItem"];
