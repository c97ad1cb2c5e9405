import type { Tree } from "./tree.ts";

/** Lambda, ECS on Fargate, ECS on EC2 instances, or EC2 instances without ECS. */
export type Compute = "lambda" | "fargate" | "ec2" | "instances";

export const computeNames: Record<Compute, string> = {
  lambda: "Lambda",
  fargate: "ECS on Fargate",
  ec2: "ECS on EC2",
  instances: "EC2 instances",
};

export interface ComputeLeaf {
  choice: string;
  /** If there are both Fargate and EC2, `manage-instances` decides. */
  computes: readonly Compute[];
  why: string;
  /** Why not another compute that no limit rules out. */
  others: string;
  /** Why Sluice does not deploy it; undefined: its workers are such a compute. */
  notSluice?: string;
}

const ecs = ["fargate", "ec2"] as const;

const noServices = "Sluice runs jobs whose result comes later; it serves no requests or connections.";
const noSchedules = "Sluice runs jobs that are submitted to its API; it starts none by a schedule.";
const noFunctions = "Sluice runs jobs in workers on ECS, not in functions.";

function ownLines(key: string, type: string): string {
  return `Sluice deploys this with sluice:${key} and ${type} (docs/compute.md). Choose both yourself: no lines are proposed.`;
}

export const computeLeaves = {
  gpu: {
    choice: "EC2 instances with GPUs",
    computes: ["instances"],
    why: "Each job needs a GPU, and only EC2 instances have one; drivers and CUDA come with their image.",
    others: "ECS on EC2 can also place such work on GPU instances; it pays once several programs share them.",
    notSluice: ownLines("gpus", "an instance type with GPUs"),
  },
  "gpu-sometimes": {
    choice: "ECS on EC2",
    computes: ["ec2"],
    why: "Some jobs need a GPU, so GPU instances belong to a capacity provider of their own beside the ordinary ones, and scale to zero.",
    others: "Plain EC2 instances would leave placement and scaling to you.",
    notSluice: ownLines("gpus", "an instance type with GPUs"),
  },
  "own-os": {
    choice: "EC2 instances",
    computes: ["instances"],
    why: "Only an instance of its own gives the program its operating system, kernel and licenses.",
    others: "A container shares the kernel of its host, so ECS fits once the program no longer depends on it.",
    notSluice: "Sluice runs containers on the Amazon Linux of ECS only.",
  },
  "network-stack": {
    choice: "ECS on EC2",
    computes: ["ec2"],
    why: "Containers on your own instances may be privileged, use the host's network and change its rules.",
    others: "Plain EC2 instances would leave placement and scaling to you.",
    notSluice: "Sluice's tasks have no privileges over the network.",
  },
  "fast-disk": {
    choice: "ECS on EC2 with instance store or EBS",
    computes: ["ec2"],
    why: "Instance types with local NVMe disks, or EBS volumes with provisioned operations, give containers a fast scratch disk.",
    others: "Plain EC2 instances would leave placement and scaling to you.",
    notSluice: ownLines("scratchGigabytes", "an instance type with local disks"),
  },
  connections: {
    choice: "ECS service or EC2",
    computes: ecs,
    why: "A connection that lives for hours needs a process that lives as long.",
    others: "Plain EC2 instances can hold connections too, without ECS's rollouts and replacement of failed tasks.",
    notSluice: noServices,
  },
  "shared-files": {
    choice: "ECS with EFS",
    computes: ecs,
    why: "ECS mounts one EFS file system in all tasks, on Fargate and on EC2.",
    others: "A Lambda function in a VPC can mount EFS too; it fits if the work is short.",
  },
  "own-agents": {
    choice: "ECS with private images in ECR",
    computes: ecs,
    why: "A task runs agents as sidecars, on EC2 also as daemons, and its images come from a private registry that scans them.",
    others: "Plain EC2 instances would leave the rollout of images to you.",
    notSluice: "Sluice's tasks have no sidecars. An image of your own can be set: imageUri.",
  },
  "scheduled-task": {
    choice: "ECS task on a schedule",
    computes: ecs,
    why: "The batch takes longer than a function may run; a scheduled task lives as long as the batch and costs nothing afterwards.",
    others: "Plain EC2 instances would have to be started and stopped by you.",
    notSluice: noSchedules,
  },
  "long-work": {
    choice: "ECS worker",
    computes: ecs,
    why: "A piece of work takes longer than a function may run; an ECS task runs for any length of time.",
    others: "Plain EC2 instances run as long, but leave placement, rollout and scaling to you.",
  },
  "large-memory": {
    choice: "ECS with large tasks",
    computes: ecs,
    why: "A piece of work needs more memory than a function can have.",
    others: "Plain EC2 instances have as much memory, but leave placement, rollout and scaling to you.",
  },
  "large-payload": {
    choice: "ECS service",
    computes: ecs,
    why: "Requests or answers are larger than a function may receive or return.",
    others: "If the large part goes to S3 first and the request only names it, Lambda fits.",
    notSluice: noServices,
  },
  "scheduled-function": {
    choice: "Lambda on a schedule",
    computes: ["lambda"],
    why: "The batch is short, and between two runs nothing exists that costs money.",
    others: "An ECS task on a schedule also works; it starts slower and needs a cluster.",
    notSluice: noFunctions,
  },
  "event-function": {
    choice: "Lambda",
    computes: ["lambda"],
    why: "The work is short and comes with events, so nothing has to run between them.",
    others: "An ECS service would wait for events at a price.",
    notSluice: noFunctions,
  },
  "light-api": {
    choice: "Lambda behind API Gateway",
    computes: ["lambda"],
    why: "Requests are short and their peaks unknown; Lambda adds environments within seconds and costs nothing while idle.",
    others: "An ECS service must be large enough for a peak before it comes, or scale after it has begun.",
    notSluice: noFunctions,
  },
  "steady-service": {
    choice: "ECS service",
    computes: ecs,
    why: "The load is steady, so tasks are always busy and cost less for each request than invocations.",
    others: "Lambda works, at a price for each GB-second that steady use does not bring down.",
    notSluice: noServices,
  },
  "steady-cheapest": {
    choice: "ECS on EC2 with reserved or Spot instances",
    computes: ["ec2"],
    why: "The load is steady and the price decides: Savings Plans, reserved and Spot instances cost least for each hour.",
    others:
      "Fargate costs the same only with a Compute Savings Plan or Fargate Spot; Lambda is made for loads that are not steady.",
  },
  resident: {
    choice: "ECS service that is always running",
    computes: ecs,
    why: "Work must start within a second, so a process has to be there before it comes.",
    others: "Lambda with provisioned concurrency is resident too, at a price for each environment.",
  },
  "exact-concurrency": {
    choice: "SQS and an ECS worker",
    computes: ecs,
    why: "Tasks times slots is the number of jobs that can run at once, so a fixed number of tasks is an exact limit.",
    others:
      "An SQS event source of Lambda has a maximum concurrency from 2 to 1,000; it fits short jobs that need nothing else.",
  },
  burst: {
    choice: "Lambda, SQS and an ECS worker",
    computes: ecs,
    why: "Lambda accepts the burst within seconds, the queue keeps it, and workers process it at their own pace.",
    others: "Lambda alone would run all jobs at once against whatever they call, up to the account's concurrency.",
  },
  "queue-worker": {
    choice: "ECS worker",
    computes: ecs,
    why: "A queue that is never empty keeps tasks busy, and a busy task costs less for each job than invocations.",
    others: "Lambda works, at a price for each GB-second that steady use does not bring down.",
  },
  "queue-function": {
    choice: "Lambda behind SQS",
    computes: ["lambda"],
    why: "Jobs are short and come unevenly; Lambda polls the queue, scales with it and costs nothing while it is empty.",
    others: "ECS workers fit too, and cost less once they are busy for most of the day.",
    notSluice: noFunctions,
  },
} as const satisfies Record<string, ComputeLeaf>;

export type ComputeLeafName = keyof typeof computeLeaves;

const leaf = (name: ComputeLeafName): Tree => ({ leaf: name });

/** Lambda unless requests are too large for it. */
const functionUnlessLarge = (name: ComputeLeafName): Tree => ({
  question: "payload-megabytes",
  branches: [{ if: { atMost: 6 }, to: leaf(name) }, { to: leaf("large-payload") }],
});

/** With a steady load the price may decide; `name` if it does not. */
const steady = (name: ComputeLeafName): Tree => ({
  question: "cost",
  branches: [{ if: { is: "decides" }, to: leaf("steady-cheapest") }, { to: leaf(name) }],
});

const shortRequest: Tree = {
  question: "start-seconds",
  branches: [
    { if: { below: 1 }, to: leaf("resident") },
    {
      to: {
        question: "load",
        branches: [{ if: { is: "steady" }, to: steady("steady-service") }, { to: functionUnlessLarge("light-api") }],
      },
    },
  ],
};

const shortJob: Tree = {
  question: "exact-concurrency",
  branches: [
    {
      if: { atMost: 0 },
      to: {
        question: "burst",
        branches: [
          { if: { is: "yes" }, to: leaf("burst") },
          {
            to: {
              question: "start-seconds",
              branches: [
                { if: { below: 1 }, to: leaf("resident") },
                {
                  to: {
                    question: "load",
                    branches: [{ if: { is: "steady" }, to: steady("queue-worker") }, { to: leaf("queue-function") }],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    { to: leaf("exact-concurrency") },
  ],
};

const shortAndSmall: Tree = {
  question: "work",
  branches: [
    { if: { is: "schedule" }, to: leaf("scheduled-function") },
    { if: { is: "event" }, to: functionUnlessLarge("event-function") },
    { if: { is: "request" }, to: shortRequest },
    { to: shortJob },
  ],
};

const byLength: Tree = {
  question: "longest-minutes",
  branches: [
    {
      if: { atMost: 15 },
      to: {
        question: "memory-gigabytes",
        branches: [{ if: { atMost: 10 }, to: shortAndSmall }, { to: leaf("large-memory") }],
      },
    },
    {
      to: {
        question: "work",
        branches: [{ if: { is: "schedule" }, to: leaf("scheduled-task") }, { to: leaf("long-work") }],
      },
    },
  ],
};

/** The questions that rule out the most come first: special needs, then length and memory, then load and price. */
export const computeTree: Tree = {
  question: "needs",
  branches: [
    { if: { has: "gpu" }, to: leaf("gpu") },
    { if: { has: "own-os" }, to: leaf("own-os") },
    { if: { has: "gpu-sometimes" }, to: leaf("gpu-sometimes") },
    { if: { has: "network-stack" }, to: leaf("network-stack") },
    { if: { has: "fast-disk" }, to: leaf("fast-disk") },
    { if: { has: "shared-files" }, to: leaf("shared-files") },
    { if: { has: "own-agents" }, to: leaf("own-agents") },
    {
      to: {
        question: "work",
        branches: [{ if: { is: "connection" }, to: leaf("connections") }, { to: byLength }],
      },
    },
  ],
};
