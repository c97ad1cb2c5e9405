import { randomUUID } from "node:crypto";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { jobsTable } from "../../contract/jobs-table.ts";
import { connectQueue, connectTable } from "../../runtime/json-client/connect.ts";
import type { Job } from "../../services/jobs/job.ts";
import { formatJobKey } from "../../services/jobs/job-key.ts";
import { toRecord } from "../../services/jobs/job-record.ts";
import { writeMessageBody } from "../../services/jobs/message-body.ts";
import { type Emulators, region, tableNames } from "./emulators.ts";

/** The calls of a request alone, with the clients that the functions have. Items are made before the time is taken. */
export function createBareCalls({ dynamodbEndpoint, sqsEndpoint, queueUrl }: Emulators) {
  const endpoints = { AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint, AWS_ENDPOINT_URL_SQS: sqsEndpoint };
  const table = connectTable({ AWS_REGION: region, ...endpoints });
  const queue = connectQueue({ AWS_REGION: region, ...endpoints }, queueUrl);

  /** Resolves with the call's own function, so that only that one is timed. */
  function prepareSubmit(job: Job): () => Promise<void> {
    const Item = toRecord(job, randomUUID(), 14);
    const MessageBody = writeMessageBody(job, job.createdAt);
    return async () => {
      await table.send(
        new PutCommand({
          TableName: tableNames.jobs,
          Item,
          ConditionExpression: "attribute_not_exists(#key) OR #expiry <= :now",
          ExpressionAttributeNames: { "#key": jobsTable.hashKey, "#expiry": jobsTable.expiryAttribute },
          ExpressionAttributeValues: { ":now": job.createdAt / 1_000 },
        }),
      );
      await queue.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, DelaySeconds: 0 }));
    };
  }

  function prepareGet(job: Job): () => Promise<void> {
    const Key = { [jobsTable.hashKey]: formatJobKey(job) };
    return async () => {
      await table.send(new GetCommand({ TableName: tableNames.jobs, Key, ConsistentRead: true }));
    };
  }

  return { prepareSubmit, prepareGet };
}
