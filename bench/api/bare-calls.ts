import { randomUUID } from "node:crypto";
import { type AttributeValue, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { jobsTable } from "../../contract/jobs-table.ts";
import type { Job } from "../../services/jobs/job.ts";
import { formatJobKey } from "../../services/jobs/job-key.ts";
import { toRecord } from "../../services/jobs/job-record.ts";
import { writeMessageBody } from "../../services/jobs/message-body.ts";
import { credentials, type Emulators, region, tableNames } from "./emulators.ts";

/** The calls of a request alone, with the clients as the SDK makes them. Items are marshalled before the time is taken. */
export function createBareCalls({ dynamodbEndpoint, sqsEndpoint, queueUrl }: Emulators) {
  const table = new DynamoDBClient({ endpoint: dynamodbEndpoint, region, credentials });
  const queue = new SQSClient({ endpoint: sqsEndpoint, region, credentials });

  /** Resolves with the call's own function, so that only that one is timed. */
  function prepareSubmit(job: Job): () => Promise<void> {
    const Item = attributesOf(toRecord(job, randomUUID(), 14));
    const MessageBody = writeMessageBody(job, job.createdAt);
    return async () => {
      await table.send(
        new PutItemCommand({
          TableName: tableNames.jobs,
          Item,
          ConditionExpression: "attribute_not_exists(#key) OR #expiry <= :now",
          ExpressionAttributeNames: { "#key": jobsTable.hashKey, "#expiry": jobsTable.expiryAttribute },
          ExpressionAttributeValues: { ":now": { N: String(job.createdAt / 1_000) } },
        }),
      );
      await queue.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, DelaySeconds: 0 }));
    };
  }

  function prepareGet(job: Job): () => Promise<void> {
    const Key = { [jobsTable.hashKey]: { S: formatJobKey(job) } };
    return async () => {
      await table.send(new GetItemCommand({ TableName: tableNames.jobs, Key, ConsistentRead: true }));
    };
  }

  return { prepareSubmit, prepareGet };
}

/** Converts a record to DynamoDB's attribute values. */
export function attributesOf(members: object): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, attributeOf(value)]));
}

/** Of the kinds of values that a record has. */
function attributeOf(value: unknown): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  return { M: attributesOf(value as object) };
}
