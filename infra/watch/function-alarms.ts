import type * as pulumi from "@pulumi/pulumi";
import type { Alarm, AlarmArgs } from "./alarms.ts";

/** One alarm a function, so that its name says which one fails. */
export function functionAlarms({ functions }: AlarmArgs): Record<string, Alarm> {
  const errors = Object.fromEntries(
    Object.entries(functions).map(([name, { name: functionName }]) => [
      `${name}-errors`,
      {
        means: `The ${name} function ended with an error, or ran out of time, three times or more within five minutes.`,
        first: `read its log, newest error first. Clients retry; the sweeper and the controller run again each minute.`,
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: functionName },
        statistic: "Sum",
        period: 300,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: 3,
        evaluationPeriods: 1,
        // No calls, no errors.
        treatMissingData: "notBreaching",
      } satisfies Alarm,
    ]),
  );
  return { ...errors, "sweeper-silent": sweeperSilent(functions.sweeper.name) };
}

/** Nobody waits for the sweeper, so that nobody would notice. */
function sweeperSilent(functionName: pulumi.Input<string>): Alarm {
  return {
    means:
      "The sweeper has not run for a quarter of an hour: jobs whose message or worker was lost stay where they are.",
    first: "look at the sweeper's schedule and at its role.",
    namespace: "AWS/Lambda",
    metricName: "Invocations",
    dimensions: { FunctionName: functionName },
    statistic: "Sum",
    period: 300,
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    // CloudWatch looks back two periods further before it counts a missing point: a quarter of an hour in all.
    evaluationPeriods: 1,
    // A function that is not called has no metric.
    treatMissingData: "breaching",
  };
}
