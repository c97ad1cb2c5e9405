import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scalingKinds } from "../contract/scaling-table.ts";
import type { Cloud } from "./cloud.ts";

/** The user of this machine who asks the controller what it does: reads, and nothing else. */
export function createOperator(cloud: Cloud, outputs: Record<string, string>): Record<string, string> {
  const { region, accountId } = cloud.place;
  const arn = `arn:aws:iam::${accountId}:user/operator`;
  // No role has a slash in its name.
  cloud.roles.set("user/operator", {
    arn,
    statements: [
      {
        Effect: "Allow",
        Action: "dynamodb:Query",
        Resource: `arn:aws:dynamodb:${region}:${accountId}:table/${outputs.scalingTableName}`,
        Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [scalingKinds.decisions] } },
      },
      { Effect: "Allow", Action: "application-autoscaling:DescribeScalingActivities", Resource: "*" },
    ],
  });
  const keys = cloud.credentials.issueToUser({ roleArn: arn, holder: "operator" });
  return {
    AWS_ENDPOINT_URL: cloud.gateway.endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
}

const fileName = "operator.json";

/** For this user's eyes only, and anew each time: a file of an earlier run would keep its own mode. */
export function writeOperator(runFolder: string, variables: Record<string, string>): void {
  removeOperator(runFolder);
  const text = `${JSON.stringify(variables, undefined, 2)}\n`;
  writeFileSync(join(runFolder, fileName), text, { mode: 0o600, flag: "wx" });
}

export function removeOperator(runFolder: string): void {
  rmSync(join(runFolder, fileName), { force: true });
}
