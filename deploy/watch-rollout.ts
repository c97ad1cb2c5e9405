import { formatSeconds } from "../report/duration.ts";
import type { LiveLine } from "../report/live-line.ts";
import { type Clock, sleep } from "../runtime/clock.ts";
import { AppError, asError } from "../runtime/errors.ts";
import { judgeRollout, type RolloutVerdict, type ServiceDescription } from "./judge-rollout.ts";

export type DescribeService = () => Promise<ServiceDescription | undefined>;

const pollMilliseconds = 10_000;
const toleratedFailures = 3;

/**
 * Follows the rollout of a task definition until it is decided.
 * @throws AppError `rollout-unseen` when ECS does not answer again and again, or the watch is broken off
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
        throw new AppError("rollout-unseen", `The rollout cannot be seen: ${asError(error).message}`, { cause: error });
      }
      line.update(`ECS did not answer: ${asError(error).message}`);
    }
    await sleep(clock, pollMilliseconds, signal);
  }
  throw new AppError("rollout-unseen", "No longer watching; the rollout goes on without us.");
}

/** The time since which new tasks have run without one failing. */
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
