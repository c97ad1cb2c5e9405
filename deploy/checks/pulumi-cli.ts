import type { Finding, Verdict } from "../verdict.ts";
import { isOlder } from "../version.ts";

/** The oldest CLI that knows the typed configuration of Pulumi.yaml, from memory; the SDK itself asks for less. */
const oldest = "3.44.0";

/** The CLI drives the program. One older than the SDK usually works, but nobody tests that pair. */
export function judgePulumiCli(cli: Finding<string>, sdkVersion: string): Verdict {
  const check = "Pulumi CLI";
  if ("unknown" in cli) {
    return {
      check,
      status: "problem",
      found: cli.unknown,
      advice:
        "Install it: `curl -fsSL https://get.pulumi.com | sh`, or `brew install pulumi/tap/pulumi`, then open a new shell. `npm start` needs none of this.",
    };
  }
  if (isOlder(cli.value, oldest)) {
    return {
      check,
      status: "problem",
      found: cli.value,
      advice: `Pulumi.yaml needs ${oldest} or newer: install the current CLI.`,
    };
  }
  if (isOlder(cli.value, sdkVersion)) {
    return {
      check,
      status: "warning",
      found: `${cli.value}, older than the SDK's ${sdkVersion}`,
      advice: "Update the CLI; an older one usually works.",
    };
  }
  return { check, status: "ok", found: cli.value };
}
