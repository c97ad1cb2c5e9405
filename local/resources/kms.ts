import { nameOnly, noEffect, type ResourceHandler } from "./resource.ts";

const nothingKept = "nothing is encrypted here: state stays in memory";

export const kms: Record<string, ResourceHandler> = {
  "aws:kms/key:Key": nameOnly(
    {
      description: noEffect("a text for people"),
      enableKeyRotation: noEffect(nothingKept),
      deletionWindowInDays: noEffect("the key goes with the cloud"),
      policy: noEffect(nothingKept),
    },
    ({ physicalName, cloud }) => ({
      arn: `arn:aws:kms:${cloud.place.region}:${cloud.place.accountId}:key/${physicalName}`,
    }),
  ),
};
