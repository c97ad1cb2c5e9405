import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scalingKinds } from "../contract/scaling-table.ts";
import type { Cloud } from "./cloud.ts";
import { arnOf } from "./gateway/account.ts";
import type { PolicyStatement } from "./gateway/authorize.ts";
import type { UserKeys } from "./gateway/credentials.ts";

export interface DeveloperKeys extends UserKeys {
  region: string;
}

/** A user who may call every route of the job API and nothing else. Its keys have no session token, so that curl can sign with them. */
export function createDeveloper(cloud: Cloud): DeveloperKeys {
  const { place } = cloud;
  const apis = [...cloud.apis.keys()].map((id) => arnOf(place, "execute-api", `${id}/*`));
  const keys = createUser(cloud, "developer", [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: apis }]);
  return { ...keys, region: place.region };
}

/** A user who may read the controller's decisions, scaling activities and subscribed queues, as environment variables of the AWS SDK. */
export function createOperator(cloud: Cloud, { scalingTableName }: Record<string, string>): Record<string, string> {
  const readDecisions: PolicyStatement = {
    Effect: "Allow",
    Action: "dynamodb:Query",
    Resource: arnOf(cloud.place, "dynamodb", `table/${scalingTableName}`),
    Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [scalingKinds.decisions] } },
  };
  return createClient(cloud, "operator", [
    ...(scalingTableName === undefined ? [] : [readDecisions]),
    { Effect: "Allow", Action: "application-autoscaling:DescribeScalingActivities", Resource: "*" },
    ...[...cloud.subscribedQueues].map((Resource) => ({
      Effect: "Allow" as const,
      Action: ["sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
      Resource,
    })),
  ]);
}

/** A user who may put files into the drop bucket and send messages to the inbox, as environment variables of the AWS SDK and CLI. */
export function createSender(cloud: Cloud, outputs: Record<string, string>): Record<string, string> {
  const inbox = arnOf(cloud.place, "sqs", outputs.inboxUrl?.split("/").at(-1) ?? "");
  const files = `arn:aws:s3:::${outputs.dropBucketName}/*`;
  return createClient(cloud, "sender", [
    { Effect: "Allow", Action: "s3:PutObject", Resource: files },
    { Effect: "Allow", Action: "sqs:SendMessage", Resource: inbox },
  ]);
}

/** A user's access to the cloud, as environment variables of the AWS SDK. */
function createClient(cloud: Cloud, name: string, statements: PolicyStatement[]): Record<string, string> {
  const keys = createUser(cloud, name, statements);
  return {
    AWS_ENDPOINT_URL: cloud.gateway.endpoint,
    AWS_REGION: cloud.place.region,
    // For version 1 of the AWS CLI.
    AWS_DEFAULT_REGION: cloud.place.region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
}

function createUser(cloud: Cloud, name: string, statements: PolicyStatement[]): UserKeys {
  const arn = `arn:aws:iam::${cloud.place.accountId}:user/${name}`;
  // The slash keeps it apart from the roles, whose names have none.
  cloud.roles.set(`user/${name}`, { arn, statements });
  return cloud.credentials.issueToUser({ roleArn: arn, holder: name });
}

/** Writes keys to a new file that only this user can read. */
export function writeKeys(
  runFolder: string,
  fileName: "credentials.json" | "operator.json" | "sender.json",
  keys: object,
): void {
  const text = `${JSON.stringify(keys, undefined, 2)}\n`;
  writeFileSync(join(runFolder, fileName), text, { mode: 0o600, flag: "wx" });
}

/** The options with which curl signs a request; curl has had them since 7.75. */
export function curlSignature({ region, accessKeyId, secretAccessKey }: DeveloperKeys): string {
  return `--aws-sigv4 aws:amz:${region}:execute-api --user ${accessKeyId}:${secretAccessKey}`;
}
