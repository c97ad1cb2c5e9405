import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "./cloud.ts";
import type { UserKeys } from "./gateway/credentials.ts";

/** Keys of the user of this machine, who may call every route of every API here and nothing else of AWS. */
export interface DeveloperKeys extends UserKeys {
  region: string;
}

/** A user without a session, so that a signature needs nothing but these two keys. */
export function createDeveloper(cloud: Cloud): DeveloperKeys {
  const { region, accountId } = cloud.place;
  const arn = `arn:aws:iam::${accountId}:user/developer`;
  const resources = [...cloud.apis.keys()].map((id) => `arn:aws:execute-api:${region}:${accountId}:${id}/*`);
  // No role has a slash in its name.
  cloud.roles.set("user/developer", {
    arn,
    statements: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: resources }],
  });
  return { ...cloud.credentials.issueToUser({ roleArn: arn, holder: "developer" }), region };
}

const fileName = "credentials.json";

/** For this user's eyes only, and anew each time: a file of an earlier run would keep its own mode. */
export function writeCredentials(runFolder: string, keys: DeveloperKeys): void {
  removeCredentials(runFolder);
  const text = `${JSON.stringify(keys, undefined, 2)}\n`;
  writeFileSync(join(runFolder, fileName), text, { mode: 0o600, flag: "wx" });
}

export function removeCredentials(runFolder: string): void {
  rmSync(join(runFolder, fileName), { force: true });
}

/** What makes curl sign a request; curl has done so since 7.75. */
export function curlSignature({ region, accessKeyId, secretAccessKey }: DeveloperKeys): string {
  return `--aws-sigv4 aws:amz:${region}:execute-api --user ${accessKeyId}:${secretAccessKey}`;
}
