import { DescribeServicesCommand, type ECSClient } from "@aws-sdk/client-ecs";
import { formatSeconds } from "../report/duration.ts";
import type { LiveLine } from "../report/live-line.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import { AppError, asError } from "../runtime/errors.ts";
import { judgeRollout, type RolloutVerdict, type ServiceDescription } from "./judge-rollout.ts";

export type DescribeService = () => Promise<ServiceDescription | undefined>;

const pollMilliseconds = 10_000;
const toleratedFailures = 3;

/**
 * Polls the rollout of a task definition until it is done or failed.
 * @throws AppError `rollout-unseen` after three calls in a row without an answer, or when `signal` aborts
 */
export async function watchRollout(options: {
  describe: DescribeService;
  taskDefinitionArn: string;
  limitSeconds: number;
  clock: Clock;
  line: LiveLine;
  signal: AbortSignal;
}): Promise<RolloutVerdict> {
  const { describe, taskDefinitionArn, limitSeconds, clock, line, signal } = options;
  const began = clock.now();
  const seen: Stretch = { since: undefined, failedTasks: 0 };
  let failures = 0;
  while (!signal.aborted) {
    try {
      const service = await describe();
      failures = 0;
      const elapsedSeconds = (clock.now() - began) / 1000;
      const runningSeconds = stretchSeconds(seen, service, clock.now());
      const verdict = judgeRollout({ service, taskDefinitionArn, elapsedSeconds, runningSeconds, limitSeconds });
      if (verdict.state !== "waiting") return verdict;
      line.update(`${verdict.text} · ${formatSeconds(elapsedSeconds)}`);
    } catch (error) {
      failures += 1;
      if (failures >= toleratedFailures) {
        throw new AppError("rollout-unseen", `Cannot read the state of the rollout: ${asError(error).message}`, {
          cause: error,
        });
      }
      line.update(`ECS did not answer: ${asError(error).message}`);
    }
    await sleep(clock, pollMilliseconds, signal);
  }
  throw new AppError("rollout-unseen", "Stopped watching; the rollout continues.");
}

/** `since`: start of the time in which new tasks have run without a failure. */
interface Stretch {
  since: number | undefined;
  failedTasks: number;
}

function stretchSeconds(stretch: Stretch, service: ServiceDescription | undefined, now: number): number {
  const primary = service?.deployments.find(({ status }) => status === "PRIMARY");
  const isRunning = primary !== undefined && primary.runningCount > 0;
  if (!isRunning || primary.failedTasks > stretch.failedTasks) stretch.since = undefined;
  stretch.failedTasks = primary?.failedTasks ?? stretch.failedTasks;
  if (isRunning) stretch.since ??= now;
  return stretch.since === undefined ? 0 : (now - stretch.since) / 1000;
}

/** Asks ECS for one service; undefined when there is none. */
export function createDescribeService(client: ECSClient, ids: { cluster: string; service: string }): DescribeService {
  return async () => {
    const { services = [] } = await client.send(
      new DescribeServicesCommand({ cluster: ids.cluster, services: [ids.service] }),
    );
    const [service] = services;
    if (!service) return undefined;
    return {
      status: service.status ?? "UNKNOWN",
      desiredCount: service.desiredCount ?? 0,
      events: (service.events ?? []).map(({ message = "" }) => message),
      deployments: (service.deployments ?? []).map((deployment) => ({
        status: deployment.status ?? "UNKNOWN",
        taskDefinition: deployment.taskDefinition ?? "",
        desiredCount: deployment.desiredCount ?? 0,
        runningCount: deployment.runningCount ?? 0,
        failedTasks: deployment.failedTasks ?? 0,
        rolloutState: deployment.rolloutState ?? "IN_PROGRESS",
        rolloutStateReason: deployment.rolloutStateReason ?? "",
      })),
    };
  };
}
