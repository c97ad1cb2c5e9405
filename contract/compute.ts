/**
 * The compute that runs the workers. ec2: instances of the stack's own. fargate and fargate-spot: tasks without instances.
 * managed-instances: instances that ECS manages.
 */
export const computes = ["ec2", "fargate", "fargate-spot", "managed-instances"] as const;

export type Compute = (typeof computes)[number];

export const isOnFargate = (compute: Compute): boolean => compute === "fargate" || compute === "fargate-spot";

/** Longest time between SIGTERM and SIGKILL: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
export const fargateStopTimeoutSeconds = 120;

/**
 * Disk of a Fargate task in GiB: what it has without a setting, and what one can set.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html
 */
export const fargateDiskGigabytes = { included: 20, least: 21, most: 200 };

export interface TaskSize {
  cpuUnits: number;
  memoryMegabytes: number;
}

/**
 * The smallest Fargate size that has this much CPU and memory; undefined above the largest.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
export function fargateSize({ cpuUnits, memoryMegabytes }: TaskSize): TaskSize | undefined {
  for (const { cpu, memories } of fargateSizes) {
    const memory = memories.find((each) => each * 1_024 >= memoryMegabytes);
    if (cpu >= cpuUnits && memory !== undefined) return { cpuUnits: cpu, memoryMegabytes: memory * 1_024 };
  }
  return undefined;
}

/** In GB. */
const memorySteps = (least: number, most: number, step: number): number[] =>
  Array.from({ length: (most - least) / step + 1 }, (_, index) => least + index * step);

const fargateSizes = [
  { cpu: 256, memories: [0.5, 1, 2] },
  { cpu: 512, memories: memorySteps(1, 4, 1) },
  { cpu: 1_024, memories: memorySteps(2, 8, 1) },
  { cpu: 2_048, memories: memorySteps(4, 16, 1) },
  { cpu: 4_096, memories: memorySteps(8, 30, 1) },
  { cpu: 8_192, memories: memorySteps(16, 60, 4) },
  { cpu: 16_384, memories: memorySteps(32, 120, 8) },
];
