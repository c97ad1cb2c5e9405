import * as z from "zod";
import { startSchedule } from "../scheduler/schedule.ts";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";
import { functionAt } from "./run-function.ts";

export const scheduler: Record<string, ResourceHandler> = {
  "aws:scheduler/schedule:Schedule": resource(
    z.strictObject({
      scheduleExpression: z.string(),
      flexibleTimeWindow: z.strictObject({ mode: z.literal("OFF") }),
      target: z.strictObject({
        arn: z.string(),
        roleArn: noEffect("the schedule calls the function directly"),
        retryPolicy: z.strictObject({
          maximumRetryAttempts: z.literal(0),
          maximumEventAgeInSeconds: noEffect("a call is delivered at once or not at all"),
        }),
      }),
    }),
    ({ inputs, physicalName, cloud }) => {
      const { onLine, clock, speed } = cloud.options;
      const source = `schedule/${physicalName}`;
      const stop = startSchedule({
        expression: inputs.scheduleExpression,
        clock,
        speed,
        target: async () => {
          const result = await functionAt(cloud, inputs.target.arn).invoke({ source: "aws.scheduler" });
          if (result.ok) return;
          const { errorType, errorMessage } = result.error;
          // On AWS, Lambda would queue the call. Here the next one follows within a second.
          const isBusy = errorType === "TooManyRequestsException";
          onLine(source, isBusy ? "skipped a call: the previous one still runs" : `${errorType}: ${errorMessage}`);
        },
        onError: (error) => onLine(source, error.message),
      });
      cloud.stopSchedules.push(stop);
      return { id: physicalName, outputs: { name: physicalName } };
    },
  ),
};
