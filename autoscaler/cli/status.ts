import {
  type ApplicationAutoScalingClient,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { formatSeconds } from "../../report/duration.ts";
import { formatTable } from "../../report/table.ts";
import type { Decision } from "../decide/decide.ts";
import type { DecisionRecord } from "../memory/decision-log.ts";

/** What moved the service, as Application Auto Scaling tells it. */
export interface Activity {
  at: number;
  description: string;
  cause: string;
}

export async function readActivities(
  client: ApplicationAutoScalingClient,
  resourceId: string,
  count: number,
): Promise<Activity[]> {
  const answer = await client.send(
    new DescribeScalingActivitiesCommand({ ServiceNamespace: "ecs", ResourceId: resourceId, MaxResults: count }),
  );
  return (answer.ScalingActivities ?? []).map(({ StartTime, Description = "", Cause = "" }) => ({
    at: StartTime?.getTime() ?? 0,
    description: Description,
    cause: Cause,
  }));
}

/** A controller that has missed three ticks. */
export function isSilent(latest: DecisionRecord | undefined, now: number): boolean {
  if (!latest) return true;
  return now - latest.at > (3 * latest.policy.tickSeconds * 1_000) / latest.pace + 5_000;
}

export function formatStatus(
  where: string,
  { records, activities, last }: { records: readonly DecisionRecord[]; activities: readonly Activity[]; last: number },
  now: number,
): string {
  const [latest] = records;
  if (!latest) return `The controller of ${where} has decided nothing within the last hour.\n`;
  const age = formatSeconds((now - latest.at) / 1_000);
  const parts = [
    `The controller of ${where} decided ${age} ago${isSilent(latest, now) ? ", and has been silent since" : ""}: ${latest.decision.reason}.`,
    whoMoves(latest),
    formatTable(["", "now", "wanted"], looks(latest)),
    ...latest.unseen.map((unseen) => `Not seen: ${unseen}`),
    `What it moved:\n${formatMoves(records, last)}`,
    `What Application Auto Scaling did:\n${formatActivities(activities)}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function whoMoves({ mode: { kind, movesInstances } }: DecisionRecord): string {
  if (kind === "tracking")
    return "It tracks: target tracking moves the tasks, and the capacity provider the instances.";
  return `It steers: it moves the tasks${movesInstances ? " and the instances" : ", and the capacity provider the instances"}.`;
}

function looks({ sample, decision, pace, policy }: DecisionRecord) {
  const service = sample.workers?.serviceSeconds ?? [];
  const mean = service.length > 0 ? service.reduce((sum, time) => sum + time, 0) / service.length / pace : undefined;
  return [
    ["jobs waiting", sample.visibleJobs, undefined],
    ["jobs running", sample.jobsInFlight, undefined],
    ["arrivals a second", rounded(sample.arrivals && sample.arrivals.perSecond * pace), undefined],
    ["a job runs", mean === undefined ? undefined : formatSeconds(mean), undefined],
    [
      "a new job waits",
      expectedWait(sample, decision, pace),
      `up to ${formatSeconds(policy.waitTargetSeconds / pace)}`,
    ],
    ["tasks running", sample.runningTasks, decision.tasks],
    ["tasks on their way", sample.pendingTasks, undefined],
    ["instances", sample.instances?.length, decision.instanceFloor],
    ["need, %", rounded(decision.needPercent), 100],
  ];
}

/** Unknown while no task runs. */
function expectedWait({ runningTasks }: DecisionRecord["sample"], { expectedWaitSeconds }: Decision, pace: number) {
  return runningTasks === 0 ? undefined : `about ${formatSeconds(expectedWaitSeconds / pace)}`;
}

function formatMoves(records: readonly DecisionRecord[], last: number): string {
  const moves = records.flatMap(({ at, outcomes, decision }) =>
    outcomes.map(({ action: { kind, ...to }, error }) => [
      time(at),
      kind,
      Object.values(to).flat().join(", "),
      error ?? "done",
      decision.reason,
    ]),
  );
  if (moves.length === 0) return "nothing lately";
  return formatTable(["at (UTC)", "what", "to", "outcome", "why"], moves.slice(0, last));
}

function formatActivities(activities: readonly Activity[]): string {
  if (activities.length === 0) return "nothing lately";
  return formatTable(
    ["at (UTC)", "what", "cause"],
    activities.map(({ at, description, cause }) => [time(at), description, cause]),
  );
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19);
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.toPrecision(3));
}
