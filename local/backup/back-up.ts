import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { asError } from "../../runtime/errors.ts";
import { AwsError } from "../aws-error.ts";
import type { Cloud } from "../cloud.ts";
import { sendEvent } from "../event-bus.ts";
import { decide } from "../gateway/authorize.ts";
import { takeSnapshot } from "./snapshot.ts";

export interface BackupJob {
  resourceArn: string;
  roleArn: string;
  vaultName: string;
}

/** Runs a backup job as AWS Backup does: the backup is a snapshot file in the run folder, each state change an event. */
export async function backUp(cloud: Cloud, { resourceArn, roleArn, vaultName }: BackupJob): Promise<void> {
  const { clock, directory } = cloud.options;
  const backupJobId = randomUUID();
  const isTable = resourceArn.startsWith("arn:aws:dynamodb:");
  const tell = (detail: object) => {
    const time = new Date(clock.now()).toISOString();
    return sendEvent(cloud, {
      version: "0",
      id: randomUUID(),
      "detail-type": "Backup Job State Change",
      source: "aws.backup",
      account: cloud.place.accountId,
      time,
      region: cloud.place.region,
      resources: [resourceArn],
      detail: {
        backupJobId,
        backupVaultName: vaultName,
        resourceArn,
        resourceType: isTable ? "DynamoDB" : "S3",
        iamRoleArn: roleArn,
        creationDate: time,
        ...detail,
      },
    });
  };

  await tell({ state: "RUNNING", percentDone: "0.0" });
  try {
    authorize(cloud, roleArn, isTable ? "dynamodb:StartAwsBackupJob" : "s3:GetObjectVersion", resourceArn);
    const bytes = await takeSnapshot(cloud, resourceArn, join(directory, "backups"), new Date(clock.now()));
    await tell({ state: "COMPLETED", percentDone: "100.0", bytesTransferred: String(bytes) });
  } catch (thrown) {
    await tell({ state: "FAILED", statusMessage: asError(thrown).message });
  }
}

/** The laptop checks one permission for each kind of resource. */
function authorize(cloud: Cloud, roleArn: string, action: string, resourceArn: string): void {
  const resource = action.startsWith("s3:") ? `${resourceArn}/object` : resourceArn;
  const role = [...cloud.roles.values()].find(({ arn }) => arn === roleArn);
  if (decide(role?.statements ?? [], { action, resource }) === "allowed") return;
  throw new AwsError("AccessDenied", `${roleArn} is not authorized to perform ${action} on ${resource}`);
}
