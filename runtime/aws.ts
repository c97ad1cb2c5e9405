import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { requestTimeouts } from "./request-timeouts.ts";

/*
 * AWS clients with bounded waits. The SDK reads endpoint, region and credentials from the environment. S3's is in
 * bucket-client.ts, because a function loads a module as a whole.
 */

/** Its timeout is longer than the others because a long poll takes up to 20 s. */
export const createQueueClient = () => new SQSClient({ requestHandler: requestTimeouts(30_000) });

export const createTableClient = () => documents(new DynamoDBClient({ requestHandler: requestTimeouts(5_000) }));

/** For writes that are allowed to fail: one short try, so that they delay nothing. */
export const createHastyTableClient = () =>
  documents(new DynamoDBClient({ requestHandler: requestTimeouts(1_000), maxAttempts: 1 }));

function documents(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
