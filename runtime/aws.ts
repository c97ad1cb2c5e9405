import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { patience } from "./patience.ts";

/*
 * AWS clients with bounded waits. The SDK reads endpoint, region and credentials from the environment.
 */

/** Its timeout is longer than the others because a long poll takes up to 20 s. */
export const createQueueClient = () => new SQSClient({ requestHandler: patience(30_000) });

export const createTableClient = () => documents(new DynamoDBClient({ requestHandler: patience(5_000) }));

/** For writes that are allowed to fail: one short try, so that they delay nothing. */
export const createHastyTableClient = () =>
  documents(new DynamoDBClient({ requestHandler: patience(1_000), maxAttempts: 1 }));

/** Without optional checksums, which a presigned upload could not send. */
export const createBucketClient = () =>
  new S3Client({ requestHandler: patience(60_000), requestChecksumCalculation: "WHEN_REQUIRED" });

function documents(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
