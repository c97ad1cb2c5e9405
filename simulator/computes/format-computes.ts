import { monthHours } from "../../deploy/cost-table.ts";
import { formatSeconds } from "../../report/duration.ts";
import { formatTable } from "../../report/table.ts";
import { defaults } from "../model/capacity/parameters.ts";
import type { ComputeResult, ComputeSettings } from "./compare-computes.ts";
import { parameters } from "./parameters.ts";

/** Formats the computes of each list as one table, with what the figures are and what they leave out. */
export function formatComputes(
  lists: readonly { list: string; computes: readonly ComputeResult[] }[],
  settings: ComputeSettings,
): string {
  const table = formatTable(
    ["list", "compute", "cannot run", "in time %", "wait p50", "p95", "p99", "USD, this list", "USD, a month of it"],
    lists.flatMap(({ list, computes }) => computes.map((result) => [list, ...cellsOf(result)])),
  );
  return `Simulated, on a model of AWS with list prices of us-east-1. Nothing here was measured on AWS.\n\n${table}\n\n${notes(settings)}\n`;
}

function cellsOf(result: ComputeResult): string[] {
  const { compute, jobs, refusedJobs, inTimePercent, waitSeconds, usd, hours } = result;
  const wait = (seconds: number | undefined) => (seconds === undefined ? "-" : formatSeconds(seconds));
  return [
    compute,
    refusedJobs === 0 ? "-" : `${refusedJobs} of ${jobs}`,
    inTimePercent.toFixed(1),
    wait(waitSeconds?.p50),
    wait(waitSeconds?.p95),
    wait(waitSeconds?.p99),
    usd.toFixed(4),
    (usd * (monthHours / hours)).toFixed(2),
  ];
}

function notes({ instanceType, architecture, taskCpu, taskMemoryMegabytes, lambdaConcurrency }: ComputeSettings) {
  const { lambdaColdStartMilliseconds, lambdaFromQueuePerMinuteMaximum } = parameters;
  return [
    `ec2: ${instanceType} on demand with its disk, without Spot and without CPU credits above the baseline. Sluice's controller scales tasks of ${taskCpu} CPU units and ${taskMemoryMegabytes} MiB, and instances, up to --max tasks.`,
    `fargate: the same tasks on ${architecture} without instances; each starts within ${formatSeconds(defaults.fargateStartMilliseconds / 1_000)} and is billed for a minute at least. The config key compute chooses it.`,
    `lambda: a function behind the queue, one job for each invocation with a slot's share of the task's memory; cold starts of ${formatSeconds(lambdaColdStartMilliseconds.value / 1_000)}, ${lambdaFromQueuePerMinuteMaximum.value} more invocations each minute up to ${lambdaConcurrency}. It cannot run jobs over 15 minutes; its costs are those of the others.`,
    "All three run a job in the same time. Queue, API, table and network are left out; they cost the same with each.",
  ].join("\n");
}
