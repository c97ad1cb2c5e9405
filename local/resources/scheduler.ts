import { z } from "zod";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";

export const scheduler: Record<string, ResourceHandler> = {
  "aws:scheduler/schedule:Schedule": resource(
    z.strictObject({
      scheduleExpression: z.string(),
      flexibleTimeWindow: z.strictObject({ mode: z.literal("OFF") }),
      target: z.strictObject({
        arn: z.string(),
        roleArn: z.string(),
        retryPolicy: z.strictObject({
          maximumRetryAttempts: z.literal(0),
          maximumEventAgeInSeconds: noEffect("a firing is delivered at once or not at all"),
        }),
      }),
    }),
    ({ inputs, physicalName, cloud }) => {
      cloud.addSchedule(physicalName, inputs.scheduleExpression, inputs.target.arn, inputs.target.roleArn);
      return { id: physicalName, outputs: { name: physicalName } };
    },
  ),
};
