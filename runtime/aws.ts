import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { patience } from "./patience.ts";

/**
 * AWS clients with bounded waits. Endpoint, region and credentials come from the environment, as the SDK reads them.
 * A long poll lasts 20 s at most, so that one needs more patience than the others.
 */
export const createQueueClient = () => new SQSClient({ requestHandler: patience(30_000) });

export const createTableClient = () => documents(new DynamoDBClient({ requestHandler: patience(5_000) }));

/** For what is written by the way: it is tried once, and whoever waits for the rest does not wait for it. */
export const createHastyTableClient = () =>
  documents(new DynamoDBClient({ requestHandler: patience(1_000), maxAttempts: 1 }));

/** Checksums only where an operation demands them: a presigned upload could not carry one. */
export const createBucketClient = () =>
  new S3Client({ requestHandler: patience(60_000), requestChecksumCalculation: "WHEN_REQUIRED" });

function documents(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
