import type { Config } from "../contract/config.ts";

/** What stands before a destroy where the stack guards its data; nothing where it does not. */
export function explainProtection({ protectData }: Pick<Config, "protectData">, stack: string | undefined): string {
  if (!protectData) return "";
  const name = stack === undefined ? "" : ` --stack ${stack}`;
  const script = stack === undefined ? "" : ` -- --stack ${stack}`;
  return `This stack guards its data (sluice:protectData): Pulumi will refuse to delete the jobs table, the bucket, the images and the key.

To keep them and take down the rest:
  npm run destroy -- --exclude-protected${name}
To delete them too, for good:
  pulumi config set sluice:protectData false${name}
  npm run up${script}
  npm run destroy${script}
`;
}
