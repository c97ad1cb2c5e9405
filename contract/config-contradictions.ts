import type { Config } from "./config.ts";
import { instanceSize, isArm, tasksPerInstance } from "./instance-types.ts";

/** What no value shows by itself: keys that do not go together. A rule counts where all of its keys have usable values. */
export function contradictions(config: Partial<Config>): string[] {
  return rules.flatMap((rule) => rule(config));
}

type Rule = (config: Partial<Config>) => string[];

function rule<Key extends keyof Config>(keys: Key[], find: (config: Pick<Config, Key>) => string[]): Rule {
  return (config) => (keys.every((key) => config[key] !== undefined) ? find(config as Pick<Config, Key>) : []);
}

const rules: Rule[] = [
  rule(["auth", "jwtIssuer", "jwtAudience"], ({ auth, jwtIssuer, jwtAudience }) => {
    const given = { jwtIssuer: jwtIssuer !== "", jwtAudience: jwtAudience.length > 0 };
    const odd = Object.entries(given).filter(([, isGiven]) => isGiven !== (auth === "jwt"));
    return odd.map(([key]) =>
      auth === "jwt"
        ? `auth is jwt, but ${key} is empty: no token could be told from any other`
        : `${key} is given, but auth is ${auth}: no token is looked at`,
    );
  }),
  rule(["minTasks", "maxTasks"], ({ minTasks, maxTasks }) =>
    minTasks > maxTasks ? [`minTasks ${minTasks} is more than maxTasks ${maxTasks}`] : [],
  ),
  rule(["waitTargetSeconds", "expectedJobMilliseconds", "slots"], (config) => {
    const { waitTargetSeconds, expectedJobMilliseconds, slots } = config;
    if (waitTargetSeconds * 1000 * slots >= expectedJobMilliseconds) return [];
    return [
      `waitTargetSeconds ${waitTargetSeconds} is too short for jobs of expectedJobMilliseconds ${expectedJobMilliseconds} in ${slots} slots: not one job could wait for a task`,
    ];
  }),
  rule(["instanceType", "spotInstanceTypes", "architecture"], ({ instanceType, spotInstanceTypes, architecture }) =>
    [instanceType, ...spotInstanceTypes]
      .filter((type) => isArm(type) !== (architecture === "arm64"))
      .map(
        (type) =>
          `instanceType ${type} has ${isArm(type) ? "arm64" : "amd64"} CPUs, but architecture is ${architecture}`,
      ),
  ),
  rule(["instanceType", "taskCpu", "taskMemoryMegabytes"], (config) => {
    const { instanceType, taskCpu, taskMemoryMegabytes } = config;
    if (tasksPerInstance(config) !== 0) return [];
    return [
      `a task of taskCpu ${taskCpu} and taskMemoryMegabytes ${taskMemoryMegabytes} fits on no ${instanceType}; no task would ever start`,
    ];
  }),
  rule(["instanceType", "taskCpu", "taskMemoryMegabytes", "maxInstances", "maxTasks"], (config) => {
    const places = (tasksPerInstance(config) ?? Number.POSITIVE_INFINITY) * config.maxInstances;
    if (places === 0 || places >= config.maxTasks) return [];
    return [
      `maxTasks ${config.maxTasks} is more than fits on maxInstances ${config.maxInstances} of ${config.instanceType}: ${places} tasks; the others would wait for ever`,
    ];
  }),
  rule(["instanceType", "spotInstanceTypes"], ({ instanceType, spotInstanceTypes }) => {
    const size = JSON.stringify(instanceSize(instanceType));
    return spotInstanceTypes
      .filter((type) => instanceSize(type) !== undefined && JSON.stringify(instanceSize(type)) !== size)
      .map((type) => `spotInstanceTypes: ${type} is not of the size of ${instanceType}, by which capacity is counted`);
  }),
  rule(["spotInstanceTypes", "spotPercent"], ({ spotInstanceTypes, spotPercent }) =>
    spotInstanceTypes.length > 0 && spotPercent === 0 ? ["spotInstanceTypes are given, but spotPercent is 0"] : [],
  ),
  rule(["spotPercent", "stopTimeoutSeconds"], ({ spotPercent, stopTimeoutSeconds }) =>
    spotPercent > 0 && stopTimeoutSeconds > spotNoticeSeconds
      ? [
          `stopTimeoutSeconds ${stopTimeoutSeconds} is more than the ${spotNoticeSeconds} s after which a Spot instance is gone; spotPercent is ${spotPercent}`,
        ]
      : [],
  ),
  rule(["egress", "natPerZone"], ({ egress, natPerZone }) =>
    egress === "endpoints" && natPerZone ? ["natPerZone asks for NAT gateways, but egress is endpoints"] : [],
  ),
  rule(["egress", "imageUri"], ({ egress, imageUri }) =>
    egress === "endpoints" && imageUri !== "" && !/\.dkr\.ecr\./.test(imageUri)
      ? [`imageUri ${imageUri} is outside ECR, which egress endpoints cannot reach`]
      : [],
  ),
];

const spotNoticeSeconds = 120;
