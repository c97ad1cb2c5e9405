/** What ECS says of a service, as far as a rollout goes. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html */
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
  /** How long a new task has run without another failing. */
  runningSeconds: number;
  limitSeconds: number;
}

export type RolloutVerdict = { state: "waiting" | "done" | "failed"; text: string };

/** A worker that starts and falls over within a minute has not been rolled out. */
const settledSeconds = 60;

/** Pulumi calls an update a success after ECS has rolled it back: https://github.com/pulumi/pulumi-aws/issues/4487 */
export function judgeRollout({
  service,
  taskDefinitionArn,
  elapsedSeconds,
  runningSeconds,
  limitSeconds,
}: Watched): RolloutVerdict {
  if (service?.status !== "ACTIVE") return failed(`The service is ${service?.status ?? "not there"}.`, service);
  const primary = service.deployments.find(({ status }) => status === "PRIMARY");
  if (!primary) return failed("The service has no primary deployment.", service);
  if (primary.taskDefinition !== taskDefinitionArn) {
    return failed(
      `The service runs ${shortName(primary.taskDefinition)}, not ${shortName(taskDefinitionArn)}: rolled back, or someone else deployed.`,
      service,
    );
  }
  if (primary.rolloutState === "FAILED") return failed(`The rollout failed: ${primary.rolloutStateReason}`, service);
  if (service.desiredCount === 0 && primary.desiredCount === 0) {
    return {
      state: "done",
      text: "No task is wanted (minTasks 0), so nothing was tried: the first job shows whether it runs.",
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
      text: `${progress}; old tasks finish their jobs (${oldRunning} left), then they go. ECS goes on watching: if it turns back after all, the alarm topic says so.`,
    };
  }
  if (elapsedSeconds < limitSeconds) {
    return { state: "waiting", text: `${progress}${oldRunning > 0 ? `, ${oldRunning} old ones still do` : ""}` };
  }
  if (isSettled) {
    return {
      state: "done",
      text: `${progress}; the rest waits for room${oldRunning > 0 ? `, and old tasks finish their jobs (${oldRunning} left)` : ""}.`,
    };
  }
  return failed(`After ${Math.round(limitSeconds / 60)} min no new task runs to stay: ${progress}.`, service);
}

function failed(text: string, service: ServiceDescription | undefined): RolloutVerdict {
  const events = service?.events.slice(0, 5).map((event) => `  - ${event}`) ?? [];
  return { state: "failed", text: events.length === 0 ? text : `${text}\nIts last events:\n${events.join("\n")}` };
}

const failures = ({ failedTasks }: Deployment): string => (failedTasks > 0 ? ` (${failedTasks} failed to)` : "");

/** FAMILY:REVISION */
const shortName = (arn: string): string => arn.split("/").at(-1) ?? arn;
