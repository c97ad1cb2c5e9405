import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type {
  cancelEnvironment,
  openapiEnvironment,
  statusEnvironment,
  submitEnvironment,
  uploadEnvironment,
  VariablesOf,
} from "../../contract/environment.ts";
import { bundleOf } from "../../infra/bundle.ts";
import type { Handler } from "../../local/lambda/load-handler.ts";
import { credentials, type Emulators, region, tableNames } from "./emulators.ts";

export type FunctionName = "submit" | "status" | "cancel" | "upload" | "openapi";

/** The functions' bundles as they are deployed, each in a folder of its own. Returns the paths of the files to load. */
export async function unpackFunctions(names: readonly FunctionName[]): Promise<Record<FunctionName, string>> {
  const root = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  const paths = await Promise.all(
    names.map(async (name) => {
      const folder = join(root, name);
      await mkdir(folder);
      const { files } = await bundleOf(`services/api/${name}/handler.ts`);
      for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
      return [name, join(folder, "index.mjs")];
    }),
  );
  return Object.fromEntries(paths);
}

/** Loads a function into this process, with the environment variables that `infra/` sets. */
export async function loadFunction(path: string, emulators: Emulators): Promise<Handler> {
  Object.assign(process.env, functionVariables(emulators));
  const { handler } = (await import(pathToFileURL(path).href)) as { handler: Handler };
  return handler;
}

export function functionVariables({ dynamodbEndpoint, sqsEndpoint, queueUrl }: Emulators): Record<string, string> {
  const variables: Required<
    Omit<Variables, "EVENT_DETAIL" | "EVENTS_TOPIC_ARN" | "ORDERED_EVENTS_TOPIC_ARN" | "MORE_QUEUES" | "REPLY_QUEUES">
  > = {
    JOBS_TABLE_NAME: tableNames.jobs,
    OWNERS_TABLE_NAME: tableNames.owners,
    SCALING_TABLE_NAME: tableNames.scaling,
    QUEUE_URL: queueUrl,
    ARTIFACTS_BUCKET_NAME: "artifacts",
    MAX_ATTEMPTS: "5",
    JOB_TIMEOUT_SECONDS: "3600",
    RETENTION_DAYS: "14",
    TRACING: "on",
    TEST_CONTROLS: "off",
    SCHEDULES: "off",
    OWNER_MAX_WAITING_JOBS: "100000",
    OWNER_MAX_LONG_POLLS: "10",
    OWNER_MAX_UPLOAD_MEGABYTES_PER_DAY: "10240",
    PAYLOAD_DOCUMENT_BYTES: "16000000",
  };
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    AWS_ENDPOINT_URL_SQS: sqsEndpoint,
    ...variables,
  };
}

/** Of all functions, so that a new one is missed by the compiler. */
type Variables = VariablesOf<
  typeof submitEnvironment &
    typeof statusEnvironment &
    typeof cancelEnvironment &
    typeof uploadEnvironment &
    typeof openapiEnvironment
>;
