import { fargateDiskGigabytes, fargateSize, fargateStopTimeoutSeconds, isOnFargate } from "./compute.ts";
import { type Rule, rule } from "./config-rule.ts";
import { instanceSize, instanceStoreGigabytes, isArm, rootDiskGigabytes, tasksPerInstance } from "./instance-types.ts";

/** Settings of the stack's own instances, with the defaults of Pulumi.yaml; a test compares them. */
export const instanceSettings = {
  instanceType: "t4g.medium",
  spotPercent: 0,
  spotInstanceTypes: [],
  maxInstances: 5,
  instanceFloor: true,
} as const;

const instanceKeys = Object.keys(instanceSettings) as (keyof typeof instanceSettings)[];

/** Contradictions of the keys that choose the workers' compute. */
export const computeRules: Rule[] = [
  ...instanceKeys.map((key) =>
    rule(["compute", key], (config) =>
      config.compute !== "ec2" && JSON.stringify(config[key]) !== JSON.stringify(instanceSettings[key])
        ? [`${key} is set, but compute is ${config.compute}, which has no instances of this stack`]
        : [],
    ),
  ),
  onFargate(["taskCpu", "taskMemoryMegabytes"], ({ taskCpu, taskMemoryMegabytes }) => {
    const size = fargateSize({ cpuUnits: taskCpu, memoryMegabytes: taskMemoryMegabytes });
    if (size?.cpuUnits === taskCpu && size.memoryMegabytes === taskMemoryMegabytes) return [];
    const next =
      size === undefined ? "it is above the largest" : `the next has ${size.cpuUnits} and ${size.memoryMegabytes}`;
    return [
      `a task of taskCpu ${taskCpu} and taskMemoryMegabytes ${taskMemoryMegabytes} is no size of Fargate; ${next}`,
    ];
  }),
  onFargate(["stopTimeoutSeconds"], ({ stopTimeoutSeconds }) =>
    stopTimeoutSeconds > fargateStopTimeoutSeconds
      ? [`stopTimeoutSeconds ${stopTimeoutSeconds} is more than the ${fargateStopTimeoutSeconds} s that Fargate allows`]
      : [],
  ),
  onFargate(["scratchGigabytes"], ({ scratchGigabytes }) => {
    const { included, least, most } = fargateDiskGigabytes;
    return scratchGigabytes === 0 || (scratchGigabytes >= least && scratchGigabytes <= most)
      ? []
      : [
          `scratchGigabytes ${scratchGigabytes} is not from ${least} to ${most}, the disk of a Fargate task; with 0 it has ${included}`,
        ];
  }),
  onFargate(["gpus"], ({ gpus }) => (gpus > 0 ? [`gpus is ${gpus}, but Fargate has no GPUs; use compute ec2`] : [])),
  rule(["compute", "scratchGigabytes"], ({ compute, scratchGigabytes }) =>
    compute === "managed-instances" && scratchGigabytes > 0
      ? [
          "scratchGigabytes is set, but compute is managed-instances: how many tasks share an instance's disk is not known",
        ]
      : [],
  ),
  onInstances(["instanceType", "spotInstanceTypes", "architecture"], (config) =>
    [config.instanceType, ...config.spotInstanceTypes]
      .filter((type) => isArm(type) !== (config.architecture === "arm64"))
      .map(
        (type) =>
          `instanceType ${type} has ${isArm(type) ? "arm64" : "amd64"} CPUs, but architecture is ${config.architecture}`,
      ),
  ),
  onInstances(["instanceType", "taskCpu", "taskMemoryMegabytes", "gpus"], (config) => {
    const { instanceType, taskCpu, taskMemoryMegabytes, gpus } = config;
    if (tasksPerInstance(config) !== 0) return [];
    const wanted = `a task of taskCpu ${taskCpu} and taskMemoryMegabytes ${taskMemoryMegabytes}`;
    return [`${wanted}${gpus > 0 ? ` with gpus ${gpus}` : ""} does not fit on ${instanceType}; no task would start`];
  }),
  onInstances(["instanceType", "taskCpu", "taskMemoryMegabytes", "gpus", "maxInstances", "maxTasks"], (config) => {
    const places = (tasksPerInstance(config) ?? Number.POSITIVE_INFINITY) * config.maxInstances;
    if (places === 0 || places >= config.maxTasks) return [];
    return [
      `maxTasks ${config.maxTasks} is more than the ${places} tasks that fit on maxInstances ${config.maxInstances} of ${config.instanceType}; the others would never start`,
    ];
  }),
  onInstances(["instanceType", "taskCpu", "taskMemoryMegabytes", "gpus", "scratchGigabytes"], (config) => {
    const { instanceType, scratchGigabytes } = config;
    const there = instanceStoreGigabytes(instanceType) ?? largestDiskGigabytes - rootDiskGigabytes;
    const needed = scratchGigabytes * (tasksPerInstance(config) ?? 1);
    if (needed <= there) return [];
    return [
      `scratchGigabytes ${scratchGigabytes} for each task takes ${needed} GB on an instance, but ${instanceType} has ${there}`,
    ];
  }),
  onInstances(["instanceType", "spotInstanceTypes"], ({ instanceType, spotInstanceTypes }) => {
    const size = JSON.stringify(instanceSize(instanceType));
    return spotInstanceTypes
      .filter((type) => instanceSize(type) !== undefined && JSON.stringify(instanceSize(type)) !== size)
      .map(
        (type) =>
          `spotInstanceTypes: ${type} differs in size from ${instanceType}; all instances must have the same capacity`,
      );
  }),
  onInstances(["instanceType", "spotInstanceTypes", "scratchGigabytes"], (config) => {
    const store = instanceStoreGigabytes(config.instanceType);
    return config.spotInstanceTypes
      .filter((type) => config.scratchGigabytes > 0 && instanceStoreGigabytes(type) !== store)
      .map(
        (type) =>
          `spotInstanceTypes: ${type} differs in its instance store from ${config.instanceType}; with scratchGigabytes all must have the same`,
      );
  }),
  onInstances(["spotInstanceTypes", "spotPercent"], ({ spotInstanceTypes, spotPercent }) =>
    spotInstanceTypes.length > 0 && spotPercent === 0 ? ["spotInstanceTypes is set, but spotPercent is 0"] : [],
  ),
  onInstances(["spotPercent", "stopTimeoutSeconds"], ({ spotPercent, stopTimeoutSeconds }) =>
    spotPercent > 0 && stopTimeoutSeconds > spotNoticeSeconds
      ? [
          `stopTimeoutSeconds ${stopTimeoutSeconds} is more than the ${spotNoticeSeconds} s between a Spot interruption notice and the end of the instance; spotPercent is ${spotPercent}`,
        ]
      : [],
  ),
];

const spotNoticeSeconds = 120;

/** Of a gp3 volume. */
const largestDiskGigabytes = 16_384;

function onFargate(...[keys, find]: Parameters<typeof rule>): Rule {
  return rule(["compute", ...keys], (config) => (isOnFargate(config.compute) ? find(config) : []));
}

function onInstances(...[keys, find]: Parameters<typeof rule>): Rule {
  return rule(["compute", ...keys], (config) => (config.compute === "ec2" ? find(config) : []));
}
