import type { ClusterSettings } from "../../model/capacity/cluster.ts";
import type { AwsCapacitySettings } from "../capacity/aws-capacity.ts";

/** The model's settings for tasks of one size, of which so many fill an instance. */
export function modelSettings(settings: AwsCapacitySettings): ClusterSettings {
  const { tasksPerInstance, warmStartMilliseconds } = settings;
  const taskSize = { cpuUnits: 1_024, memoryMebibytes: 2_048 };
  const room = {
    cpuUnits: taskSize.cpuUnits * tasksPerInstance,
    memoryMebibytes: taskSize.memoryMebibytes * tasksPerInstance,
    slots: tasksPerInstance,
  };
  return {
    ...settings,
    taskSize,
    room,
    smallestType: room,
    largestType: room,
    taskStartMilliseconds: warmStartMilliseconds,
    strategy: [{ type: "binpack", by: "memory" }],
    availabilityZones: ["a"],
    warmPoolSize: 0,
    protectsInstances: true,
  };
}
