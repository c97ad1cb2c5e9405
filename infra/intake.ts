import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { intakeEnvironment, VariablesOf } from "../contract/environment.ts";
import { intakeTimeoutSeconds, readSender } from "../contract/intake.ts";
import { objectPrefixes } from "../contract/jobs-table.ts";
import { accessToSubmit, type SubmitArgs } from "./api/functions.ts";
import type { Config } from "./config.ts";
import { createFunction } from "./function.ts";
import { allow, type Statement } from "./iam.ts";
import { createDropBucket, notifyInbox } from "./intake/drop-bucket.ts";
import { createInbox, type Inbox } from "./intake/inbox.ts";

/** Files and messages that become jobs: a drop bucket, an inbox queue, and the function that submits the jobs. */
export interface Intake {
  /** Undefined without rules. */
  dropBucket: aws.s3.Bucket | undefined;
  inbox: Inbox;
  function: aws.lambda.Function;
}

/** Creates nothing without drops and senders. */
export function createIntake(
  name: string,
  args: SubmitArgs,
  options: pulumi.ComponentResourceOptions,
): Intake | undefined {
  const { config, keys } = args;
  if (config.drops.length === 0 && config.senders.length === 0) return undefined;
  const own = { parent: new pulumi.ComponentResource("sluice:index:Intake", name, {}, options) };
  const dropBucket = config.drops.length > 0 ? createDropBucket(`${name}-drop`, args, own) : undefined;
  const inbox = createInbox(`${name}-inbox`, { config, keys, dropBucketArn: dropBucket?.arn }, own);
  const submitting = accessToSubmit(args);
  const sources = sourceBuckets(config, dropBucket);
  const environment: VariablesOf<typeof intakeEnvironment, pulumi.Input<string>> = {
    ...submitting.environment,
    ...(config.intakeOwner === "" ? {} : { INTAKE_OWNER: config.intakeOwner }),
    DROP_RULES: JSON.stringify(config.drops),
    SOURCE_BUCKETS: pulumi.jsonStringify(sources.map((source) => source.name)),
    INBOX_URL: inbox.queue.url,
    INBOX_DEAD_LETTER_QUEUE_URL: inbox.deadLetterQueue.url,
  };
  const intake = createFunction(
    name,
    {
      entry: "services/intake/handler.ts",
      description: "Submits a job for each file in the drop bucket and each message in the inbox",
      environment,
      statements: [
        ...submitting.statements,
        args.storage.abortUploadsStatement(objectPrefixes.inputs),
        ...inbox.statements,
        ...readStatements(sources.map(({ arn }) => arn)),
      ],
      keys,
      timeoutSeconds: intakeTimeoutSeconds,
      memoryMegabytes: 1024,
    },
    config,
    own,
  );
  new aws.lambda.EventSourceMapping(
    name,
    {
      eventSourceArn: inbox.queue.arn,
      functionName: intake.name,
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: mostExecutions },
    },
    own,
  );
  if (dropBucket) notifyInbox(`${name}-drop`, { config, bucket: dropBucket, inbox }, own);
  return { dropBucket, inbox, function: intake };
}

/** The inbox can wait; the API's functions, which share the account's concurrency, cannot. */
const mostExecutions = 5;

interface Source {
  name: pulumi.Input<string>;
  arn: pulumi.Input<string>;
}

/** Without rules no file of a bucket can become a job. */
function sourceBuckets({ drops, senders }: Config, dropBucket: aws.s3.Bucket | undefined): Source[] {
  if (drops.length === 0) return [];
  const listed = senders.flatMap((text): Source[] => {
    const sender = readSender(text);
    return sender?.kind === "bucket" ? [{ name: sender.bucketName, arn: sender.arn }] : [];
  });
  return [...(dropBucket ? [{ name: dropBucket.bucket, arn: dropBucket.arn }] : []), ...listed];
}

/** Without `s3:ListBucket`, S3 answers 403 instead of 404 for a missing file. */
function readStatements(bucketArns: pulumi.Input<string>[]): Statement[] {
  if (bucketArns.length === 0) return [];
  return [
    allow(
      ["s3:GetObject", "s3:GetObjectVersion"],
      bucketArns.map((arn) => pulumi.interpolate`${arn}/*`),
    ),
    allow(["s3:ListBucket"], bucketArns),
  ];
}
