/** The part of a service that a rollout changes. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html */
export interface ServiceDescription {
  status: string;
  desiredCount: number;
  deployments: Deployment[];
  /** Newest first. */
  events: string[];
}

export interface Deployment {
  status: string;
  taskDefinition: string;
  desiredCount: number;
  runningCount: number;
  failedTasks: number;
  rolloutState: string;
  rolloutStateReason: string;
}

export interface Watched {
  service: ServiceDescription | undefined;
  taskDefinitionArn: string;
  elapsedSeconds: number;
  /** Time for which new tasks have run without a failure. */
  runningSeconds: number;
  limitSeconds: number;
}

export type RolloutVerdict = { state: "waiting" | "done" | "failed"; text: string };

/** New tasks must run for a minute, because a broken worker may start and then exit. */
const settledSeconds = 60;

/** Pulumi reports success for an update that ECS rolled back: https://github.com/pulumi/pulumi-aws/issues/4487 */
export function judgeRollout({
  service,
  taskDefinitionArn,
  elapsedSeconds,
  runningSeconds,
  limitSeconds,
}: Watched): RolloutVerdict {
  if (service?.status !== "ACTIVE") return failed(`The service is ${service?.status ?? "missing"}.`, service);
  const primary = service.deployments.find(({ status }) => status === "PRIMARY");
  if (!primary) return failed("The service has no primary deployment.", service);
  if (primary.taskDefinition !== taskDefinitionArn) {
    return failed(
      `The service runs ${shortName(primary.taskDefinition)}, not ${shortName(taskDefinitionArn)}: it was rolled back, or another deployment followed.`,
      service,
    );
  }
  if (primary.rolloutState === "FAILED") return failed(`The rollout failed: ${primary.rolloutStateReason}`, service);
  if (service.desiredCount === 0 && primary.desiredCount === 0) {
    return {
      state: "done",
      text: "The desired count is 0 (minTasks 0), so no new task was started: the first job will show whether it runs.",
    };
  }
  const progress = `${primary.runningCount} of ${primary.desiredCount} new tasks run${failures(primary)}`;
  if (primary.rolloutState === "COMPLETED") return { state: "done", text: `Rolled out: ${progress}.` };

  const old = service.deployments.filter((deployment) => deployment !== primary);
  const oldRunning = old.reduce((sum, { runningCount }) => sum + runningCount, 0);
  const isSettled = primary.runningCount > 0 && runningSeconds >= settledSeconds;
  const isWhole = primary.runningCount >= primary.desiredCount;
  if (isSettled && isWhole && oldRunning > 0) {
    return {
      state: "done",
      text: `${progress}; old tasks still finish their jobs (${oldRunning} left). If ECS rolls back later, the alarm topic is notified.`,
    };
  }
  if (elapsedSeconds < limitSeconds) {
    return { state: "waiting", text: `${progress}${oldRunning > 0 ? `, ${oldRunning} old tasks still run` : ""}` };
  }
  if (isSettled) {
    return {
      state: "done",
      text: `${progress}; the rest wait for room${oldRunning > 0 ? `, and old tasks still finish their jobs (${oldRunning} left)` : ""}.`,
    };
  }
  return failed(`After ${Math.round(limitSeconds / 60)} min no new task runs stably: ${progress}.`, service);
}

function failed(text: string, service: ServiceDescription | undefined): RolloutVerdict {
  const events = service?.events.slice(0, 5).map((event) => `  - ${event}`) ?? [];
  return {
    state: "failed",
    text: events.length === 0 ? text : `${text}\nLast events of the service:\n${events.join("\n")}`,
  };
}

const failures = ({ failedTasks }: Deployment): string => (failedTasks > 0 ? ` (${failedTasks} failed)` : "");

/** FAMILY:REVISION */
const shortName = (arn: string): string => arn.split("/").at(-1) ?? arn;
