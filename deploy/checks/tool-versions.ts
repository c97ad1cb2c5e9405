import type { Finding, Verdict } from "../verdict.ts";

export interface NodeFacts {
  /** Version of the `node` that Pulumi will find. */
  forPulumi: Finding<string>;
  /** Version of the `node` that the user's shell finds. */
  ofMachine: Finding<string>;
}

/** The `engines` of package.json. */
const oldestNode = "20.6.0";

/** Pulumi starts the program with the first `node` on its PATH. Older versions cannot load TypeScript. */
export function judgeNode({ forPulumi, ofMachine }: NodeFacts): Verdict {
  const check = "Node";
  const advice = `Install Node ${oldestNode} or newer.`;
  if ("unknown" in forPulumi) return { check, status: "problem", found: forPulumi.unknown, advice };
  const own = "value" in ofMachine ? ofMachine.value : "none";
  const found = own === forPulumi.value ? forPulumi.value : `${forPulumi.value} for Pulumi; this machine's own: ${own}`;
  if (isOlder(forPulumi.value, oldestNode)) return { check, status: "problem", found, advice };
  if ("value" in ofMachine && isOlder(ofMachine.value, oldestNode)) {
    return { check, status: "warning", found, advice: `npm scripts expect Node ${oldestNode} or newer.` };
  }
  return { check, status: "ok", found };
}

/** The oldest CLI that reads the typed configuration of Pulumi.yaml, from memory. The SDK itself requires less. */
const oldestCli = "3.44.0";

export interface Installation {
  /** The CLI that the commands start; undefined when there is none yet. */
  file: string | undefined;
  /** The folder to which `npm run up` downloads a CLI. */
  downloadFolder: string;
}

export interface CliFacts {
  version: Finding<string>;
  sdkVersion: string;
  installation: Installation;
}

/** A CLI older than the SDK usually works, but nobody tests that pair. */
export function judgePulumiCli({ version, sdkVersion, installation }: CliFacts): Verdict {
  const check = "Pulumi CLI";
  const { file, downloadFolder } = installation;
  if (file === undefined) {
    return {
      check,
      status: "warning",
      found: "none on the PATH",
      advice: `\`npm run up\` first downloads ${sdkVersion} into ${downloadFolder}; use \`npm run pulumi -- login\` for \`pulumi login\`. To install it yourself: https://www.pulumi.com/docs/install/.`,
    };
  }
  if ("unknown" in version) {
    return { check, status: "problem", found: `${version.unknown} (${file})`, advice: "Install it again." };
  }
  const found = `${version.value} at ${file}`;
  if (isOlder(version.value, oldestCli)) {
    const advice = `Pulumi.yaml needs ${oldestCli} or newer: install the current CLI.`;
    return { check, status: "problem", found, advice };
  }
  if (isOlder(version.value, sdkVersion)) {
    const advice = `It is older than the SDK (${sdkVersion}) and usually works; update it if it does not.`;
    return { check, status: "warning", found, advice };
  }
  return { check, status: "ok", found };
}

/** False when one of the texts is not a version. */
function isOlder(version: string, other: string): boolean {
  const [left, right] = [parseVersion(version), parseVersion(other)];
  if (!left || !right) return false;
  const index = left.findIndex((number, place) => number !== right[place]);
  return index >= 0 && (left[index] ?? 0) < (right[index] ?? 0);
}

/** Parses the three numbers of a version such as "v3.270.0-alpha". */
function parseVersion(text: string): readonly number[] | undefined {
  return /^v?(\d+)\.(\d+)\.(\d+)/.exec(text.trim())?.slice(1).map(Number);
}
