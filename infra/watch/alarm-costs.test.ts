import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { alarmMetrics } from "../../deploy/alarm-metrics.ts";
import { readStackConfig } from "../../deploy/stack-config.ts";
import { ofType, programDirectory, type Recorded, recordProgram } from "../testing/record-program.ts";
import { configurations, recordAll } from "../testing/rules/recordings.ts";
import type { Configuration } from "../testing/rules/rule.ts";

let recordings: Record<Configuration, Recorded>;
beforeAll(async () => {
  recordings = await recordAll();
});

it.each(Object.keys(configurations) as Configuration[])("the cost table counts the alarms' metrics (%s)", (name) => {
  const { stack, settings } = configurations[name];

  expect(alarmMetrics(readConfig(stack, settings))).toBe(countAlarmMetrics(recordings[name]));
});

it("the cost table counts the alarms' metrics (tracking mode)", async () => {
  const settings = { "sluice:scalingMode": "tracking" };
  const recorded = await recordProgram(settings);

  expect(alarmMetrics(readConfig("dev", settings))).toBe(countAlarmMetrics(recorded));
});

/** Metrics of the registered alarms, and of those that AWS creates: two for a target tracking policy or capacity provider. */
function countAlarmMetrics(recorded: Recorded): number {
  const metrics = ofType(recorded, "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => {
    const queries = inputs.metricQueries as { metric?: unknown }[] | undefined;
    return queries === undefined ? 1 : queries.filter(({ metric }) => metric !== undefined).length;
  });
  // The fixed mode has none.
  const policies = recorded.registrations.filter(({ type }) => type === "aws:appautoscaling/policy:Policy");
  const tracking = policies.filter(({ inputs }) => inputs.policyType === "TargetTrackingScaling");
  const providers = recorded.registrations.filter(
    ({ type, inputs }) => type === "aws:ecs/capacityProvider:CapacityProvider" && inputs.autoScalingGroupProvider,
  );
  return metrics.reduce((sum, count) => sum + count, 0) + 2 * (tracking.length + providers.length);
}

function readConfig(stack: string, settings: Record<string, string>) {
  const own = stack === "dev" ? (parse(read("Pulumi.dev.yaml")) as { config: object }).config : {};
  return readStackConfig(read("Pulumi.yaml"), stringify({ config: { ...own, ...settings } })).config;
}

function read(name: string): string {
  return readFileSync(join(programDirectory, name), "utf8");
}
