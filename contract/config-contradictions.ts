import { computeRules } from "./compute-rules.ts";
import type { Config } from "./config.ts";
import { type Rule, rule } from "./config-rule.ts";
import { leastRunnerMegabytes, memoryBudget } from "./memory-budget.ts";
import { nextTime } from "./task-limits.ts";
import { limitsOf, type TaskLimits, type TaskSchedule } from "./task-schedules.ts";

/** Checks combinations of keys. A rule applies if all of its keys have valid values. */
export function contradictions(config: Partial<Config>): string[] {
  return rules.flatMap((rule) => rule(config));
}

const rules: Rule[] = [
  ...computeRules,
  rule(["auth", "jwtIssuer", "jwtAudience"], ({ auth, jwtIssuer, jwtAudience }) => {
    const given = { jwtIssuer: jwtIssuer !== "", jwtAudience: jwtAudience.length > 0 };
    const odd = Object.entries(given).filter(([, isGiven]) => isGiven !== (auth === "jwt"));
    return odd.map(([key]) =>
      auth === "jwt"
        ? `auth is jwt, but ${key} is empty: tokens could not be verified`
        : `${key} is set, but auth is ${auth}, which uses no tokens`,
    );
  }),
  rule(["auth", "drops", "senders", "intakeOwner"], ({ auth, drops, senders, intakeOwner }) => {
    const isOn = drops.length > 0 || senders.length > 0;
    if (isOn && auth !== "none" && intakeOwner === "") {
      return [`drops or senders are set, but intakeOwner is empty: with auth ${auth} no caller could read their jobs`];
    }
    return intakeOwner !== "" && (auth === "none" || !isOn)
      ? [
          isOn
            ? "intakeOwner is set, but auth is none, with which all jobs have one owner"
            : "intakeOwner is set, but there are neither drops nor senders",
        ]
      : [];
  }),
  rule(["eventDetail", "subscribers", "ordered"], ({ eventDetail, subscribers, ordered }) => {
    if (eventDetail === "off" && subscribers.length > 0) {
      return ["subscribers is set, but eventDetail is off: they would receive nothing"];
    }
    const unordered = subscribers.flatMap(({ queue }) => (queue?.endsWith(".fifo") && !ordered ? [queue] : []));
    if (unordered.length > 0) {
      return [`subscribers names the FIFO queue ${unordered[0]}, but ordered is false: it would receive nothing`];
    }
    const endpoints = subscribers.map(({ email, https, queue }) => email ?? https ?? queue);
    const twice = new Set(endpoints.filter((one, index) => endpoints.indexOf(one) !== index));
    return [...twice].map((one) => `subscribers names ${one} twice; SNS has one subscription for each endpoint`);
  }),
  rule(["eventDetail", "archiveEvents"], ({ eventDetail, archiveEvents }) =>
    eventDetail === "off" && archiveEvents
      ? ["archiveEvents is true, but eventDetail is off: there are no events"]
      : [],
  ),
  rule(["minTasks", "maxTasks"], ({ minTasks, maxTasks }) =>
    minTasks > maxTasks ? [`minTasks ${minTasks} is more than maxTasks ${maxTasks}`] : [],
  ),
  rule(["minTasks", "maxTasks", "taskSchedules"], ({ minTasks, maxTasks, taskSchedules }) =>
    scheduleProblems(taskSchedules, { minTasks, maxTasks }, taskScheduleKeys),
  ),
  rule(["scalingMode", "minTasks", "maxTasks", "taskSchedules"], (config) => {
    const { scalingMode, minTasks, maxTasks, taskSchedules } = config;
    if (scalingMode !== "fixed") return [];
    if (taskSchedules.length === 0) {
      if (minTasks === maxTasks) return [];
      return [
        `scalingMode is fixed, but minTasks ${minTasks} is not maxTasks ${maxTasks}: set both to the number of tasks`,
      ];
    }
    return taskSchedules.some((one) => one.maxTasks !== undefined)
      ? ["scalingMode is fixed, but taskSchedules sets maxTasks: minTasks is the number of tasks then"]
      : [];
  }),
  rule(["scalingMode", "scaleOutSteps", "scaleInSteps"], ({ scalingMode, scaleOutSteps, scaleInSteps }) => {
    const lists = { scaleOutSteps, scaleInSteps };
    if (scalingMode !== "step") {
      const set = Object.entries(lists).filter(([, steps]) => steps.length > 0);
      return set.map(([key]) => `${key} is set, but scalingMode is ${scalingMode}`);
    }
    const lowestOut = Math.min(...scaleOutSteps.map(({ messages }) => messages));
    const highestIn = Math.max(...scaleInSteps.map(({ messages }) => messages));
    return highestIn >= lowestOut
      ? [
          `scaleInSteps begins at ${highestIn} messages, which is not below the ${lowestOut} of scaleOutSteps: both would act at once`,
        ]
      : [];
  }),
  rule(["auth", "ownerMaxLongPolls", "statusConcurrency"], ({ auth, ownerMaxLongPolls, statusConcurrency }) =>
    auth !== "none" && statusConcurrency > 0 && ownerMaxLongPolls >= statusConcurrency
      ? [
          `ownerMaxLongPolls ${ownerMaxLongPolls} is not below statusConcurrency ${statusConcurrency}: one owner's long polls could keep all others from reading`,
        ]
      : [],
  ),
  rule(["waitTargetSeconds", "expectedJobMilliseconds", "slots"], (config) => {
    const { waitTargetSeconds, expectedJobMilliseconds, slots } = config;
    if (waitTargetSeconds * 1000 * slots >= expectedJobMilliseconds) return [];
    return [
      `waitTargetSeconds ${waitTargetSeconds} is too short for jobs of expectedJobMilliseconds ${expectedJobMilliseconds} in ${slots} slots: no job could start in time`,
    ];
  }),
  rule(["taskMemoryMegabytes", "slots"], ({ taskMemoryMegabytes, slots }) => {
    const { residentMegabytes } = memoryBudget({ taskMemoryMegabytes, slots });
    if (residentMegabytes >= leastRunnerMegabytes) return [];
    return [
      `taskMemoryMegabytes ${taskMemoryMegabytes} leaves ${residentMegabytes} MiB for each of ${slots} slots; a handler needs at least ${leastRunnerMegabytes} MiB`,
    ];
  }),
  rule(["egress", "natPerZone"], ({ egress, natPerZone }) =>
    egress === "endpoints" && natPerZone
      ? ["natPerZone is true, but egress is endpoints, which has no NAT gateways"]
      : [],
  ),
  rule(["egress", "imageUri"], ({ egress, imageUri }) =>
    egress === "endpoints" && imageUri !== "" && !/\.dkr\.ecr\./.test(imageUri)
      ? [`imageUri ${imageUri} is outside ECR, which egress endpoints cannot reach`]
      : [],
  ),
  rule(["queryMinTasks", "queryMaxTasks", "querySchedules"], ({ queryMinTasks, queryMaxTasks, querySchedules }) => [
    ...(queryMinTasks > queryMaxTasks
      ? [`queryMinTasks ${queryMinTasks} is more than queryMaxTasks ${queryMaxTasks}`]
      : []),
    ...scheduleProblems(querySchedules, { minTasks: queryMinTasks, maxTasks: queryMaxTasks }, queryScheduleKeys),
  ]),
  rule(["queryService", "querySchedules", "queryClientCidrs", "queryCertificateArn"], (config) => {
    if (config.queryService) return [];
    const set = [
      ...(config.querySchedules.length > 0 ? ["querySchedules"] : []),
      ...(config.queryClientCidrs.length > 0 ? ["queryClientCidrs"] : []),
      ...(config.queryCertificateArn !== "" ? ["queryCertificateArn"] : []),
    ];
    return set.map((key) => `${key} is set, but queryService is false`);
  }),
];

interface ScheduleKeys {
  schedules: string;
  minTasks: string;
  maxTasks: string;
}

const taskScheduleKeys = { schedules: "taskSchedules", minTasks: "minTasks", maxTasks: "maxTasks" };
const queryScheduleKeys = { schedules: "querySchedules", minTasks: "queryMinTasks", maxTasks: "queryMaxTasks" };

/** Schedules move the limits within the stack's own, so that all that follows from those still holds. */
function scheduleProblems(schedules: readonly TaskSchedule[], own: TaskLimits, keys: ScheduleKeys): string[] {
  if (own.minTasks > own.maxTasks) return [];
  return schedules.flatMap((schedule, index) => {
    const { minTasks, maxTasks } = limitsOf(schedule, own);
    const name = `${keys.schedules}.${index}`;
    return [
      ...(minTasks < own.minTasks
        ? [`${name} has minTasks ${minTasks}, which is less than ${keys.minTasks} ${own.minTasks}`]
        : []),
      ...(maxTasks > own.maxTasks
        ? [`${name} has maxTasks ${maxTasks}, which is more than ${keys.maxTasks} ${own.maxTasks}`]
        : []),
      ...(minTasks > maxTasks ? [`${name} has minTasks ${minTasks}, which is more than maxTasks ${maxTasks}`] : []),
      ...(hasTime(schedule) ? [] : [`${name} has cron ${schedule.cron}, which names no time: a value is out of range`]),
      ...(schedules.findIndex(({ cron, timeZone }) => cron === schedule.cron && timeZone === schedule.timeZone) < index
        ? [`${name} has the same times as an earlier entry: ${schedule.cron} in ${schedule.timeZone}`]
        : []),
    ];
  });
}

/** Any moment serves: only an impossible time, such as 30 February, never comes. */
function hasTime(schedule: TaskSchedule): boolean {
  try {
    return nextTime(schedule, 0) !== undefined;
  } catch {
    // Croner refuses values out of range.
    return false;
  }
}
