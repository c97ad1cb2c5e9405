/** Capacity of an EC2 instance. 1,024 CPU units are one vCPU. */
export interface InstanceSize {
  cpuUnits: number;
  memoryMebibytes: number;
}

/**
 * The size of an instance type of the families t, m, c and r; undefined for others.
 * https://aws.amazon.com/ec2/instance-types/
 */
export function instanceSize(instanceType: string): InstanceSize | undefined {
  const [, family = "", size = ""] = /^([a-z])\d+[a-z-]*\.([a-z0-9]+)$/.exec(instanceType) ?? [];
  if (family === "t") return burstableSizes[size];
  const perVcpu = gibibytesPerVcpu[family];
  const vcpus = vcpusOf(size);
  if (perVcpu === undefined || vcpus === undefined) return undefined;
  return { cpuUnits: vcpus * 1024, memoryMebibytes: vcpus * perVcpu * 1024 };
}

/** True for Graviton types, whose CPUs are arm64. */
export function isArm(instanceType: string): boolean {
  return /^[a-z]+\d+g[a-z]*\.|^a1\./.test(instanceType);
}

/** Memory that the operating system and the ECS agent use: a 4 GiB instance registers some 3.8 GiB with ECS. */
export const reservedMebibytes = (size: InstanceSize): number => Math.max(128, Math.round(size.memoryMebibytes * 0.06));

/** Number of worker tasks that fit on an instance; undefined for a type of unknown size. */
export function tasksPerInstance(config: {
  instanceType: string;
  taskCpu: number;
  taskMemoryMegabytes: number;
}): number | undefined {
  const size = instanceSize(config.instanceType);
  if (!size) return undefined;
  const byCpu = Math.floor(size.cpuUnits / config.taskCpu);
  const byMemory = Math.floor((size.memoryMebibytes - reservedMebibytes(size)) / config.taskMemoryMegabytes);
  return Math.min(byCpu, byMemory);
}

const gibibytesPerVcpu: Record<string, number> = { c: 2, m: 4, r: 8 };

const burstableSizes: Record<string, InstanceSize> = {
  nano: { cpuUnits: 2048, memoryMebibytes: 512 },
  micro: { cpuUnits: 2048, memoryMebibytes: 1024 },
  small: { cpuUnits: 2048, memoryMebibytes: 2048 },
  medium: { cpuUnits: 2048, memoryMebibytes: 4096 },
  large: { cpuUnits: 2048, memoryMebibytes: 8192 },
  xlarge: { cpuUnits: 4096, memoryMebibytes: 16_384 },
  "2xlarge": { cpuUnits: 8192, memoryMebibytes: 32_768 },
};

function vcpusOf(size: string): number | undefined {
  if (size === "medium") return 1;
  if (size === "large") return 2;
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? [];
  return times === undefined ? undefined : 4 * (times === "" ? 1 : Number(times));
}
