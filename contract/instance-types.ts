/** Capacity of an EC2 instance. 1,024 CPU units are one vCPU. */
export interface InstanceSize {
  cpuUnits: number;
  memoryMebibytes: number;
  /** Absent for types without GPUs. */
  gpus?: number;
}

/**
 * The size of an instance type of the families t, m, c and r, and of g4dn, g5, g6 and g6e; undefined for others.
 * https://aws.amazon.com/ec2/instance-types/
 */
export function instanceSize(instanceType: string): InstanceSize | undefined {
  const gpuSize = sizeWithGpus(instanceType);
  if (gpuSize) return gpuSize;
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

/**
 * The local NVMe disk of an instance type of m, c or r with a d in its name, from the sixth generation on, and of the families with
 * GPUs; undefined for types whose local disk is not known here, or that have none.
 */
export function instanceStoreGigabytes(instanceType: string): number | undefined {
  const [family = "", size = ""] = instanceType.split(".");
  const vcpus = vcpusOf(size);
  if (vcpus === undefined) return undefined;
  if (gpuFamilies[family]) return gpuStoreGigabytes[size];
  return /^[mcr]([6-9]|\d\d)[a-z]*d[a-z]*$/.test(family) ? vcpus * storeGigabytesPerVcpu : undefined;
}

/** The root volume of an instance, without scratch space: images, logs and the operating system. */
export const rootDiskGigabytes = 30;

/** The root volume with the scratch space of all tasks of an instance, unless that lies on an instance store. */
export function diskGigabytes(config: Parameters<typeof tasksPerInstance>[0] & { scratchGigabytes: number }): number {
  const { instanceType, scratchGigabytes } = config;
  if (scratchGigabytes === 0 || instanceStoreGigabytes(instanceType) !== undefined) return rootDiskGigabytes;
  return rootDiskGigabytes + scratchGigabytes * (tasksPerInstance(config) ?? 1);
}

/** Memory that the operating system and the ECS agent use: a 4 GiB instance registers some 3.8 GiB with ECS. */
export const reservedMebibytes = (size: InstanceSize): number => Math.max(128, Math.round(size.memoryMebibytes * 0.06));

/** Number of worker tasks that fit on an instance; undefined for a type of unknown size. */
export function tasksPerInstance(config: {
  instanceType: string;
  taskCpu: number;
  taskMemoryMegabytes: number;
  gpus?: number;
}): number | undefined {
  const size = instanceSize(config.instanceType);
  if (!size) return undefined;
  const byCpu = Math.floor(size.cpuUnits / config.taskCpu);
  const byMemory = Math.floor((size.memoryMebibytes - reservedMebibytes(size)) / config.taskMemoryMegabytes);
  const byGpus = config.gpus ? Math.floor((size.gpus ?? 0) / config.gpus) : Number.POSITIVE_INFINITY;
  return Math.min(byCpu, byMemory, byGpus);
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

/** Memory for each vCPU in GiB of the families with NVIDIA GPUs: T4, A10G, L4, L40S. */
const gpuFamilies: Record<string, number> = { g4dn: 4, g5: 4, g6: 4, g6e: 8 };

/** These families have the same numbers of GPUs in sizes of the same name. g4dn ends at 16xlarge. */
const gpusOf: Record<string, number> = { "12xlarge": 4, "24xlarge": 4, "48xlarge": 8 };

function sizeWithGpus(instanceType: string): InstanceSize | undefined {
  const [family = "", size = ""] = instanceType.split(".");
  const perVcpu = gpuFamilies[family];
  const vcpus = vcpusOf(size);
  if (perVcpu === undefined || vcpus === undefined || vcpus < 4) return undefined;
  return { cpuUnits: vcpus * 1024, memoryMebibytes: vcpus * perVcpu * 1024, gpus: gpusOf[size] ?? 1 };
}

const storeGigabytesPerVcpu = 59;

/** The least of these families; some have a little more. */
const gpuStoreGigabytes: Record<string, number> = { xlarge: 125, "2xlarge": 225, "4xlarge": 225, "8xlarge": 450 };

function vcpusOf(size: string): number | undefined {
  if (size === "medium") return 1;
  if (size === "large") return 2;
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? [];
  return times === undefined ? undefined : 4 * (times === "" ? 1 : Number(times));
}
