import type { Config } from "../contract/config.ts";
import { hasController } from "../contract/environment.ts";

/** Metrics of all alarms; CloudWatch charges for each. A test of infra counts them in the registered alarms. */
export function alarmMetrics(config: Config): number {
  const { scalingMode, minTasks, drops, senders } = config;
  return (
    metricsOf.watch +
    (config.compute === "ec2" ? metricsOf.capacityProvider : 0) +
    (hasController(config) ? metricsOf.controller + metricsOf.targetTracking : 0) +
    (scalingMode === "steering" ? metricsOf.backstop : 0) +
    (scalingMode === "step" ? metricsOf.steps[config.stepMetric] : 0) +
    (scalingMode !== "fixed" && minTasks === 0 ? metricsOf.scaleFromZero : 0) +
    moreQueues(config) * alarmsOnMessages(config) +
    (drops.length > 0 || senders.length > 0 ? metricsOf.intake : 0) +
    (config.eventDetail === "off" ? 0 : metricsOf.events) +
    (config.archiveEvents ? metricsOf.archive : 0) +
    (config.backup === "off" ? 0 : metricsOf.backups) +
    (config.queryService ? metricsOf.query + metricsOf.targetTracking : 0) +
    (config.schedules ? metricsOf.schedules : 0)
  );
}

/** AWS itself creates two alarms for a target tracking policy, and two for a capacity provider. */
const metricsOf = {
  schedules: 1,
  watch: 15,
  controller: 2,
  targetTracking: 2,
  capacityProvider: 2,
  backstop: 4,
  scaleFromZero: 5,
  steps: { messages: 2, "messages-per-task": 6 },
  intake: 2,
  events: 1,
  archive: 1,
  backups: 3,
  query: 6,
};

/** Queues of jobs besides the standard one. */
export const moreQueues = ({ concurrency, ordered }: Pick<Config, "concurrency" | "ordered">) =>
  Object.keys(concurrency).length + Number(ordered);

/** Alarms that add tasks by the number of messages. Each has a metric for each queue. */
function alarmsOnMessages({ scalingMode, minTasks }: Config): number {
  const ofMode = { steering: 1, tracking: 0, step: 2, fixed: 0 }[scalingMode];
  return ofMode + (scalingMode !== "fixed" && minTasks === 0 ? 1 : 0);
}
