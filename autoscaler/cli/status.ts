import {
  type ApplicationAutoScalingClient,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { formatSeconds } from "../../report/duration.ts";
import { formatTable } from "../../report/table.ts";
import type { Decision } from "../decide/decide.ts";
import { mean } from "../decide/sample.ts";
import type { DecisionRecord } from "../state/decision-log.ts";

/** A change of the desired count, as Application Auto Scaling reports it. */
export interface ServiceActivity {
  at: number;
  description: string;
  cause: string;
}

export async function readActivities(
  client: ApplicationAutoScalingClient,
  resourceId: string,
  count: number,
): Promise<ServiceActivity[]> {
  const answer = await client.send(
    new DescribeScalingActivitiesCommand({ ServiceNamespace: "ecs", ResourceId: resourceId, MaxResults: count }),
  );
  return (answer.ScalingActivities ?? []).map(({ StartTime, Description = "", Cause = "" }) => ({
    at: StartTime?.getTime() ?? 0,
    description: Description,
    cause: Cause,
  }));
}

/** Whether the last decision is more than three ticks and 5 s old, or there is none. */
export function isSilent(latest: DecisionRecord | undefined, now: number): boolean {
  if (!latest) return true;
  return now - latest.at > (3 * latest.settings.tickSeconds * 1_000) / latest.speed + 5_000;
}

export function formatStatus(
  where: string,
  {
    records,
    activities,
    last,
  }: { records: readonly DecisionRecord[]; activities: readonly ServiceActivity[]; last: number },
  now: number,
): string {
  const [latest] = records;
  if (!latest) return `The controller of ${where} has decided nothing within the last hour.\n`;
  const age = formatSeconds((now - latest.at) / 1_000);
  const parts = [
    `The controller of ${where} decided ${age} ago${isSilent(latest, now) ? " and has been silent since" : ""}: ${latest.decision.reason}.`,
    describeMode(latest),
    formatTable(["", "measured", "decided or target"], statusRows(latest)),
    ...latest.readErrors.map((readError) => `Warning: ${readError}`),
    `Actions of the controller:\n${formatActions(records, last)}`,
    `Activities of Application Auto Scaling:\n${formatActivities(activities)}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

export function noController(where: string): string {
  return `${where} has no controller: its scalingMode is step, where step policies scale the tasks, or fixed, where nothing does.`;
}

export function formatWithoutController(where: string, activities: readonly ServiceActivity[]): string {
  const text = noController(where);
  return `${text[0]?.toUpperCase()}${text.slice(1)}\n\nActivities of Application Auto Scaling:\n${formatActivities(activities)}\n`;
}

function describeMode({ mode: { kind, scalesInstances }, settings }: DecisionRecord): string {
  if (hasNoInstances(settings)) {
    return `Mode ${kind}: ${kind === "tracking" ? "target tracking" : "the controller"} scales the tasks, which run without instances of this stack.`;
  }
  if (kind === "tracking")
    return "Mode tracking: target tracking scales the tasks, the capacity provider the instances.";
  const instances = scalesInstances ? " and the instances" : ", the capacity provider the instances";
  return `Mode steering: the controller scales the tasks${instances}.`;
}

function statusRows({ sample, decision, speed, settings }: DecisionRecord) {
  const serviceSeconds = mean(sample.workers?.serviceSeconds ?? []);
  return [
    ["jobs waiting", sample.visibleJobs, undefined],
    ["jobs running", sample.jobsInFlight, undefined],
    ["arrivals per second", rounded(sample.arrivals && sample.arrivals.perSecond * speed), undefined],
    ["mean service time", serviceSeconds === undefined ? undefined : formatSeconds(serviceSeconds / speed), undefined],
    [
      "wait of a new job",
      expectedWait(sample, decision, speed),
      `up to ${formatSeconds(settings.waitTargetSeconds / speed)}`,
    ],
    ["tasks running", sample.runningTasks, decision.tasks],
    ["limits of the tasks", undefined, `${settings.minTasks} to ${settings.maxTasks}`],
    ["tasks pending", sample.pendingTasks, undefined],
    ...(hasNoInstances(settings) ? [] : [["instances", sample.instances?.length, `at least ${decision.minSize}`]]),
    ["need, %", rounded(decision.needPercent), 100],
  ];
}

const hasNoInstances = ({ bootSeconds }: DecisionRecord["settings"]): boolean => bootSeconds === 0;

/** Undefined while no task runs. */
function expectedWait({ runningTasks }: DecisionRecord["sample"], { expectedWaitSeconds }: Decision, speed: number) {
  return runningTasks === 0 ? undefined : `about ${formatSeconds(expectedWaitSeconds / speed)}`;
}

function formatActions(records: readonly DecisionRecord[], last: number): string {
  const rows = records.flatMap(({ at, outcomes, decision }) =>
    outcomes.map(({ action: { kind, ...value }, error }) => [
      timeOfDay(at),
      kind,
      Object.values(value).flat().join(", "),
      error ?? "done",
      decision.reason,
    ]),
  );
  if (rows.length === 0) return "none recently";
  return formatTable(["at (UTC)", "action", "value", "outcome", "reason"], rows.slice(0, last));
}

function formatActivities(activities: readonly ServiceActivity[]): string {
  if (activities.length === 0) return "none recently";
  return formatTable(
    ["at (UTC)", "activity", "cause"],
    activities.map(({ at, description, cause }) => [timeOfDay(at), description, cause]),
  );
}

/** HH:MM:SS in UTC. */
export function timeOfDay(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19);
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.toPrecision(3));
}
