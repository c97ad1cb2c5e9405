import { z } from "zod";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";

export const logs: Record<string, ResourceHandler> = {
  "aws:cloudwatch/logGroup:LogGroup": resource(
    z.strictObject({
      namePrefix: noEffect("no service delivers logs here"),
      retentionInDays: noEffect("logs are files of the run folder and go with it"),
      kmsKeyId: noEffect("logs are files of the run folder and go with it"),
    }),
    ({ physicalName, cloud }) => ({
      id: physicalName,
      outputs: {
        arn: `arn:aws:logs:${cloud.place.region}:${cloud.place.accountId}:log-group:${physicalName}`,
        name: physicalName,
      },
    }),
  ),
};
