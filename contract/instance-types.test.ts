import { expect, it } from "vitest";
import { instanceSize, isArm } from "./instance-types.ts";

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

it.each(["g5.xlarge", "x2gd.large", "m7g.metal", "im4gn.large", "mac2.metal", ""])(
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
