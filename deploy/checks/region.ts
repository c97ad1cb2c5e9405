import type { Verdict } from "../verdict.ts";

export interface RegionFacts {
  /** `aws:region` of the stack's configuration. */
  region: string | undefined;
  /** The stack's configuration file, which may not exist yet. */
  file: string;
  /** Whether AWS accepted this account's credentials in that region; undefined when that is unknown. */
  isEnabled: boolean | undefined;
}

/** The program reads the region from the configuration, never from the environment: a stack must not move by accident. */
export function judgeRegion({ region, file, isEnabled }: RegionFacts): Verdict {
  const check = "region";
  if (region === undefined) {
    return {
      check,
      status: "problem",
      found: `no aws:region in ${file}`,
      advice: "Set it: `pulumi config set aws:region eu-central-1`.",
    };
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    return {
      check,
      status: "problem",
      found: `aws:region is "${region}" in ${file}`,
      advice: "Expected a region code such as eu-central-1.",
    };
  }
  if (isEnabled === false) {
    return {
      check,
      status: "problem",
      found: `${region} is not enabled for this account`,
      advice:
        "Regions that opened after 2019 must be enabled first: `aws account enable-region --region-name NAME`. Or choose another region.",
    };
  }
  return {
    check,
    status: "ok",
    found: isEnabled ? `${region} (${file})` : `${region} (${file}); whether it is enabled for the account is unknown`,
  };
}
