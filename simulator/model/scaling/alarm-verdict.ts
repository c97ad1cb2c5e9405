/**
 * CloudWatch's verdict on the points in the evaluation range (oldest first, true = breaching, undefined = missing).
 * Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function judgeDatapoints(
  rule: AlarmRule,
  range: readonly (boolean | undefined)[],
  current: StateValue,
): StateValue {
  const real = range.filter((point) => point !== undefined).slice(-rule.evaluationPeriods);
  const breaching = real.filter((isBreaching) => isBreaching).length;
  const missing = rule.evaluationPeriods - real.length;
  const filled = rule.treatMissingData === "breaching" ? breaching + missing : breaching;
  if (filled >= rule.datapointsToAlarm) return "ALARM";
  if (missing === 0 || breaching < real.length) return "OK";
  return judgeTooFewPoints(rule, range, current);
}

export type StateValue = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** How a missing datapoint counts. */
export type MissingData = "missing" | "ignore" | "breaching" | "notBreaching";

export interface AlarmRule {
  datapointsToAlarm: number;
  evaluationPeriods: number;
  treatMissingData: MissingData;
}

/** Points are missing, and those there are all breach, if there are any. */
function judgeTooFewPoints(rule: AlarmRule, range: readonly (boolean | undefined)[], current: StateValue): StateValue {
  if (rule.treatMissingData === "ignore") return current;
  if (rule.treatMissingData !== "missing") return "OK";
  // The newest point has age 1. "- - X - -" is as old as 3 datapoints to alarm and goes to ALARM; a younger one waits,
  // as the next point may be good again. Its state meanwhile stands only in the page of 2019 (AlarmThatSendsEmail.md).
  const oldest = range.findIndex((point) => point !== undefined);
  const age = oldest === -1 ? 0 : range.length - oldest;
  return age >= rule.datapointsToAlarm ? "ALARM" : "INSUFFICIENT_DATA";
}
