import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { queryFunctionEnvironment, VariablesOf } from "../../contract/environment.ts";
import { objectPrefixes } from "../../contract/jobs-table.ts";
import type { Config } from "../config.ts";
import { createFunction } from "../function.ts";
import type { Keys } from "../keys.ts";
import type { JobStorage } from "../storage.ts";

/** The function behind the private API. */
export function createQueryFunction(
  name: string,
  { config, keys, storage }: { config: Config; keys: Keys; storage: JobStorage },
  options: pulumi.CustomResourceOptions,
): aws.lambda.Function {
  return createFunction(
    `${name}-find`,
    {
      entry: "services/query/find/handler.ts",
      description: "Private API: the newest jobs of an owner, with their results",
      environment: {
        JOBS_TABLE_NAME: storage.table.name,
        ARTIFACTS_BUCKET_NAME: storage.bucket.bucket,
        RETENTION_DAYS: String(config.retentionDays),
      } satisfies VariablesOf<typeof queryFunctionEnvironment, pulumi.Input<string>>,
      statements: [
        ...storage.listOwnedJobsStatements(),
        storage.readObjectsStatement(objectPrefixes.results),
        ...keys.useStatements("dynamodb", "s3"),
      ],
      keys,
      // The function answers 503 after three seconds.
      timeoutSeconds: 5,
      memoryMegabytes: 512,
    },
    config,
    options,
  );
}
