import type { Finding, Verdict } from "../verdict.ts";
import { isOlder } from "../version.ts";

/** The oldest CLI that knows the typed configuration of Pulumi.yaml, from memory; the SDK itself asks for less. */
const oldest = "3.44.0";

/** Where the CLI is. */
export interface Installation {
  /** The one that the commands start; undefined where there is none yet. */
  file: string | undefined;
  /** Where `npm run up` puts, or has put, one that it downloads. */
  downloadFolder: string;
}

export interface CliFacts {
  version: Finding<string>;
  sdkVersion: string;
  installation: Installation;
}

/** The CLI drives the program. One older than the SDK usually works, but nobody tests that pair. */
export function judgePulumiCli({ version, sdkVersion, installation }: CliFacts): Verdict {
  const check = "Pulumi CLI";
  const { file, downloadFolder } = installation;
  if (file === undefined) {
    return {
      check,
      status: "warning",
      found: "none on the PATH",
      advice: `\`npm run up\` first downloads ${sdkVersion} into ${downloadFolder}, and \`npm run pulumi -- login\` stands for \`pulumi login\`. For one of your own: https://www.pulumi.com/docs/install/.`,
    };
  }
  if ("unknown" in version) {
    return { check, status: "problem", found: `${version.unknown} (${file})`, advice: "Install it again." };
  }
  const found = `${version.value} at ${file}`;
  if (isOlder(version.value, oldest)) {
    const advice = `Pulumi.yaml needs ${oldest} or newer: install the current CLI.`;
    return { check, status: "problem", found, advice };
  }
  if (isOlder(version.value, sdkVersion)) {
    const advice = `It is older than the SDK, ${sdkVersion}: update it; an older one usually works.`;
    return { check, status: "warning", found, advice };
  }
  return { check, status: "ok", found };
}
