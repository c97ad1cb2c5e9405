import type { S3Event, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { intakeEnvironment } from "../../contract/environment.ts";
import { inboxMaxReceiveCount } from "../../contract/intake.ts";
import { anonymous } from "../../contract/job.ts";
import { createQueueClient } from "../../runtime/aws.ts";
import { createBucketClient } from "../../runtime/bucket-client.ts";
import { systemClock } from "../../runtime/clock.ts";
import { readEnvironment } from "../../runtime/environment.ts";
import { AppError } from "../../runtime/errors.ts";
import { awsEnvironment } from "../../runtime/json-client/connect.ts";
import { createLog } from "../../runtime/log.ts";
import { traceFinder } from "../api/http/find-trace.ts";
import { createSubmitDeps } from "../api/submit/submit-deps.ts";
import { createJobQueue } from "../jobs/job-queue.ts";
import { createSourceFiles } from "./source-files.ts";
import { type MessageDeps, submitMessage } from "./submit-message.ts";
import { takeMessages } from "./take-messages.ts";

const environment = readEnvironment(intakeEnvironment.extend(awsEnvironment.shape), process.env);
const log = createLog("intake");
const findTrace = traceFinder(environment.TRACING, process.env);
const owner = environment.INTAKE_OWNER ?? anonymous;
const deps: MessageDeps = {
  submitDeps: createSubmitDeps(withoutLimit(environment), log).submitting,
  submitter: () => ({ owner, trace: findTrace(() => undefined) }),
  rules: environment.DROP_RULES,
  sourceBuckets: environment.SOURCE_BUCKETS,
  files: createSourceFiles({ client: createBucketClient(), bucketName: environment.ARTIFACTS_BUCKET_NAME }),
};
const inbox = createJobQueue({
  client: createQueueClient(),
  queueUrl: environment.INBOX_URL,
  deadLetterQueueUrl: environment.INBOX_DEAD_LETTER_QUEUE_URL,
  clock: systemClock,
  maxReceiveCount: inboxMaxReceiveCount,
});

/** Takes a batch of the inbox, or a bare event of S3, such as a test event. The answer to a bare event has the ids of the jobs. */
export const handler = async (event: SQSEvent | S3Event): Promise<SQSBatchResponse | { jobIds: string[] }> => {
  const source = event.Records?.[0]?.eventSource;
  if (source === "aws:s3") return { jobIds: await submitMessage(JSON.stringify(event), "", deps) };
  if (!isOfQueue(event)) throw new AppError("unknown-event", `Expected an event of SQS or S3; came one of ${source}.`);
  const inboxUrl = environment.INBOX_URL;
  return takeMessages(event.Records, {
    submitMessage: (body, id) => submitMessage(body, id, deps),
    inbox,
    inboxUrl,
    log,
  });
};

function isOfQueue(event: SQSEvent | S3Event): event is SQSEvent {
  return event.Records?.[0]?.eventSource === "aws:sqs";
}

/**
 * Counts the waiting jobs of the intake for their owner, but refuses none: a refused message would only wait in the inbox instead,
 * and the inbox admits listed senders only.
 */
function withoutLimit(given: typeof environment): typeof environment {
  return given.OWNER_MAX_WAITING_JOBS === undefined
    ? given
    : { ...given, OWNER_MAX_WAITING_JOBS: Number.MAX_SAFE_INTEGER };
}
