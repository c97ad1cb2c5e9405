import type * as pulumi from "@pulumi/pulumi";
import type { Alarm } from "./alarm.ts";
import type { Watched } from "./watched.ts";

/** One alarm per function, so that its name says which one fails. */
export function functionAlarms({ functions }: Watched): Record<string, Alarm> {
  const errors = Object.fromEntries(
    Object.entries(functions).map(([name, { name: functionName }]) => [
      `${name}-errors`,
      {
        means: `The ${name} function failed or timed out three times or more within five minutes.`,
        first: `read its log, newest error first. Clients retry; the sweeper and the controller run again each minute.`,
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: functionName },
        statistic: "Sum",
        period: 300,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: 3,
        evaluationPeriods: 1,
        // Without invocations there are no errors.
        treatMissingData: "notBreaching",
      } satisfies Alarm,
    ]),
  );
  return { ...errors, "sweeper-silent": sweeperSilent(functions.sweeper.name) };
}

/** No caller waits for the sweeper, so nobody else would notice that it stopped. */
function sweeperSilent(functionName: pulumi.Input<string>): Alarm {
  return {
    means: "The sweeper has not run for 15 minutes: jobs whose message or worker was lost are not requeued.",
    first: "check the sweeper's schedule and its role.",
    namespace: "AWS/Lambda",
    metricName: "Invocations",
    dimensions: { FunctionName: functionName },
    statistic: "Sum",
    period: 300,
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    // CloudWatch looks back two more periods before it treats data as missing: 15 minutes in all.
    evaluationPeriods: 1,
    // A function without invocations has no datapoints.
    treatMissingData: "breaching",
  };
}
