import type { SQSClient } from "@aws-sdk/client-sqs";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { systemClock } from "../clock.ts";
import { createHotQueueClient, createHotTableClient } from "./hot-clients.ts";

/** The variables that the SDK reads too. */
export const awsEnvironment = z.object({
  AWS_REGION: z.string().min(1),
  AWS_ENDPOINT_URL: z.url().optional(),
  AWS_ENDPOINT_URL_DYNAMODB: z.url().optional(),
  AWS_ENDPOINT_URL_SQS: z.url().optional(),
  AWS_ENDPOINT_URL_S3: z.url().optional(),
});

export type AwsEnvironment = z.infer<typeof awsEnvironment>;

export function connectTable(environment: AwsEnvironment): Pick<DynamoDBDocumentClient, "send"> {
  return createHotTableClient({ ...common(environment), endpoint: tableEndpoint(environment) });
}

/** For writes that are allowed to fail: one short try, so that they delay nothing. */
export function connectHastyTable(environment: AwsEnvironment): Pick<DynamoDBDocumentClient, "send"> {
  const hasty = { mostTries: 1, silenceMilliseconds: 1_000 };
  return createHotTableClient({ ...common(environment), ...hasty, endpoint: tableEndpoint(environment) });
}

/** A queue's URL begins with the endpoint of SQS. */
export function connectQueue(environment: AwsEnvironment, queueUrl: string): Pick<SQSClient, "send"> {
  const { AWS_ENDPOINT_URL_SQS: own, AWS_ENDPOINT_URL: shared } = environment;
  return createHotQueueClient({ ...common(environment), endpoint: own ?? shared ?? new URL(queueUrl).origin });
}

/** For messages to any queue of the region: one short try, because a slot waits for it. */
export function connectHastyQueue(environment: AwsEnvironment): Pick<SQSClient, "send"> {
  const { AWS_ENDPOINT_URL_SQS: own, AWS_ENDPOINT_URL: shared } = environment;
  const hasty = { mostTries: 1, silenceMilliseconds: 2_000 };
  const endpoint = own ?? shared ?? `https://sqs.${domainOf(environment)}`;
  return createHotQueueClient({ ...common(environment), ...hasty, endpoint });
}

/** Another endpoint than AWS's has its buckets as paths. */
export function bucketUrlOf(environment: AwsEnvironment, bucketName: string): string {
  const endpoint = environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
  return endpoint ? `${endpoint}/${bucketName}` : `https://${bucketName}.s3.${domainOf(environment)}`;
}

function common({ AWS_REGION: region }: AwsEnvironment) {
  return { region, clock: systemClock, random: Math.random, credentials };
}

/** Of this process, by the SDK's chain. All clients share them, so that they are fetched once. */
const credentials = defaultProvider();

function tableEndpoint(environment: AwsEnvironment): string {
  const { AWS_ENDPOINT_URL_DYNAMODB: own, AWS_ENDPOINT_URL: common } = environment;
  return own ?? common ?? `https://dynamodb.${domainOf(environment)}`;
}

/** Of AWS's services in the region. */
function domainOf({ AWS_REGION: region }: AwsEnvironment): string {
  return `${region}.${region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com"}`;
}
