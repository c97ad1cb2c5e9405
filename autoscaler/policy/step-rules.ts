import { acceptableBacklogPerTask, type BacklogOptions } from "./acceptable-backlog.ts";

/** The settings of `scalingMode: step`. Empty lists stand for steps that follow from the wait target. */
export interface StepOptions extends BacklogOptions {
  stepMetric: "messages" | "messages-per-task";
  scaleOutSteps: readonly { messages: number; addTasks?: number | undefined; addPercent?: number | undefined }[];
  scaleInSteps: readonly { messages: number; removeTasks?: number | undefined; removePercent?: number | undefined }[];
  stepScaleOutCooldownSeconds: number;
  stepScaleInCooldownSeconds: number;
  maxTasks: number;
}

/** A step policy with its alarm. */
export interface StepRule {
  /** The alarm acts at this many messages or more (out), or this many or fewer (in). */
  threshold: number;
  adjustmentType: "ChangeInCapacity" | "PercentChangeInCapacity";
  /** Bounds are distances from the threshold; undefined is without end. */
  steps: readonly { lowerBound: number | undefined; upperBound: number | undefined; adjustment: number }[];
  cooldownSeconds: number;
  datapointsToAlarm: number;
  evaluationPeriods: number;
}

/**
 * The rules for scale-out and scale-in, each a policy with an alarm of its own.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 */
export function stepRules(options: StepOptions): { out: StepRule; in: StepRule } {
  const { scaleOutSteps, scaleInSteps } = options;
  const defaults = defaultSteps(options);
  return {
    out: outRule(scaleOutSteps.length > 0 ? scaleOutSteps : defaults.out, options.stepScaleOutCooldownSeconds),
    in: inRule(scaleInSteps.length > 0 ? scaleInSteps : defaults.in, options.stepScaleInCooldownSeconds),
  };
}

function outRule(given: StepOptions["scaleOutSteps"], cooldownSeconds: number): StepRule {
  const sorted = given.toSorted((one, other) => one.messages - other.messages);
  const threshold = sorted[0]?.messages ?? 0;
  return {
    threshold,
    adjustmentType: sorted[0]?.addTasks === undefined ? "PercentChangeInCapacity" : "ChangeInCapacity",
    steps: sorted.map(({ messages, addTasks, addPercent }, index) => ({
      lowerBound: messages - threshold,
      upperBound: distance(sorted[index + 1]?.messages, threshold),
      adjustment: addTasks ?? addPercent ?? 0,
    })),
    cooldownSeconds,
    // One datapoint is enough. With three periods CloudWatch looks back far enough for metrics that arrive minutes late.
    datapointsToAlarm: 1,
    evaluationPeriods: 3,
  };
}

function inRule(given: StepOptions["scaleInSteps"], cooldownSeconds: number): StepRule {
  const sorted = given.toSorted((one, other) => other.messages - one.messages);
  const threshold = sorted[0]?.messages ?? 0;
  return {
    threshold,
    adjustmentType: sorted[0]?.removeTasks === undefined ? "PercentChangeInCapacity" : "ChangeInCapacity",
    steps: sorted.map(({ messages, removeTasks, removePercent }, index) => ({
      lowerBound: distance(sorted[index + 1]?.messages, threshold),
      upperBound: messages - threshold,
      adjustment: -(removeTasks ?? removePercent ?? 0),
    })),
    cooldownSeconds,
    // A queue is often empty for a minute although its tasks are busy.
    datapointsToAlarm: quietMinutes,
    evaluationPeriods: quietMinutes,
  };
}

const quietMinutes = 5;

function distance(messages: number | undefined, threshold: number): number | undefined {
  return messages === undefined ? undefined : messages - threshold;
}

/**
 * Steps for the acceptable backlog per task, A: the jobs that a task can start within the wait target. In all messages, one task
 * more for A of them, two for 2 A, four for 4 A. Per task, the percentage that the tasks are too few by.
 */
function defaultSteps(options: StepOptions): { out: StepOptions["scaleOutSteps"]; in: StepOptions["scaleInSteps"] } {
  const perTask = acceptableBacklogPerTask(options);
  const emptied = [{ messages: 0, removePercent: 20 }];
  if (options.stepMetric === "messages-per-task") {
    return {
      out: [0.5, 1, 2, 4, 8].map((share) => ({ messages: share * perTask, addPercent: 100 * share })),
      in: emptied,
    };
  }
  const doublings = Math.ceil(Math.log2(options.maxTasks));
  const out = Array.from({ length: doublings + 1 }, (_, power) => ({
    messages: Math.ceil(2 ** power * perTask),
    addTasks: 2 ** power,
  }));
  return { out, in: emptied };
}
