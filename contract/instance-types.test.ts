import { expect, it } from "vitest";
import { diskGigabytes, instanceSize, instanceStoreGigabytes, isArm, tasksPerInstance } from "./instance-types.ts";

it.each([
  ["t4g.medium", 2, 4],
  ["t3.2xlarge", 8, 32],
  ["m7g.medium", 1, 4],
  ["m7i.large", 2, 8],
  ["c7gn.xlarge", 4, 8],
  ["c6i.16xlarge", 64, 128],
  ["r8g.2xlarge", 8, 64],
  ["m7i-flex.large", 2, 8],
])("gives %s %d vCPU and %d GiB", (type, vcpus, gibibytes) => {
  expect(instanceSize(type)).toEqual({ cpuUnits: vcpus * 1024, memoryMebibytes: gibibytes * 1024 });
});

it.each([
  ["g4dn.xlarge", 4, 16, 1],
  ["g5.12xlarge", 48, 192, 4],
  ["g6.48xlarge", 192, 768, 8],
  ["g6e.2xlarge", 8, 64, 1],
])("gives %s %d vCPU, %d GiB and %d GPUs", (type, vcpus, gibibytes, gpus) => {
  expect(instanceSize(type)).toEqual({ cpuUnits: vcpus * 1024, memoryMebibytes: gibibytes * 1024, gpus });
});

it.each([
  ["g5.xlarge", 1, 1],
  ["g5.12xlarge", 1, 4],
  ["g5.12xlarge", 3, 1],
  ["g5.xlarge", 0, 8],
  ["g5.xlarge", 2, 0],
  ["t4g.medium", 1, 0],
])("holds on %s as many tasks with %d GPUs as there are GPUs, CPU and memory: %d", (instanceType, gpus, tasks) => {
  expect(tasksPerInstance({ instanceType, gpus, taskCpu: 512, taskMemoryMegabytes: 1024 })).toBe(tasks);
});

it.each([
  ["c7gd.large", 118],
  ["m6id.4xlarge", 944],
  ["g5.xlarge", 125],
  ["g4dn.12xlarge", undefined],
  ["c7g.large", undefined],
  ["m5d.large", undefined],
  ["m7i-flex.large", undefined],
])("knows the instance store of %s: %s GB", (type, gigabytes) => {
  expect(instanceStoreGigabytes(type)).toBe(gigabytes);
});

it("adds scratch space for each task to the disk, unless the type has an instance store", () => {
  const task = { taskCpu: 512, taskMemoryMegabytes: 1024, scratchGigabytes: 50 };

  expect(diskGigabytes({ ...task, instanceType: "t4g.medium" })).toBe(180);
  expect(diskGigabytes({ ...task, instanceType: "c7gd.large" })).toBe(30);
  expect(diskGigabytes({ ...task, instanceType: "t4g.medium", scratchGigabytes: 0 })).toBe(30);
});

it.each(["p5.48xlarge", "g5.large", "x2gd.large", "m7g.metal", "im4gn.large", "mac2.metal", ""])(
  "does not know the size of %s",
  (type) => {
    expect(instanceSize(type)).toBeUndefined();
  },
);

it.each([
  ["t4g.medium", true],
  ["c7gn.xlarge", true],
  ["a1.large", true],
  ["m7i.large", false],
  ["g5.xlarge", false],
])("%s has an arm64 CPU: %s", (type, expected) => {
  expect(isArm(type)).toBe(expected);
});
