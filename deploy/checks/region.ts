import type { Verdict } from "../verdict.ts";

export interface RegionFacts {
  /** `aws:region` of the stack's configuration. */
  region: string | undefined;
  /** The file it stands in, or would. */
  file: string;
  /** Whether AWS took this account's credentials in that region; undefined when that was not seen. */
  isEnabled: boolean | undefined;
}

/** The program asks for a region and takes none from the environment, so that a stack never moves by accident. */
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
      advice: "Expected a region's code, such as eu-central-1.",
    };
  }
  if (isEnabled === false) {
    return {
      check,
      status: "problem",
      found: `${region} refuses this account`,
      advice:
        "Regions opened after 2019 are off until someone enables them: `aws account enable-region --region-name NAME`, or choose another.",
    };
  }
  return {
    check,
    status: "ok",
    found: isEnabled ? `${region} (${file})` : `${region} (${file}); whether the account may use it was not seen`,
  };
}
