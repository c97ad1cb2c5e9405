import { randomBytes } from "node:crypto";
import { arnOf } from "../gateway/account.ts";

/** The states of AWS that occur here. Its other states concern network interfaces and load balancers. */
export type TaskStatus = "PROVISIONING" | "PENDING" | "RUNNING" | "STOPPING" | "STOPPED";

export type StopCode =
  | "TaskFailedToStart"
  | "EssentialContainerExited"
  | "ServiceSchedulerInitiated"
  | "UserInitiated"
  | "TerminationNotice";

/** A snapshot of a task; times are milliseconds since the epoch. */
export interface Task {
  id: string;
  arn: string;
  taskDefinition: string;
  status: TaskStatus;
  /** The status that the service wants. */
  desiredStatus: "RUNNING" | "STOPPED";
  /** The instance that it was placed on; absent while it waits for room. */
  instanceId?: string;
  createdAt: number;
  startedAt?: number;
  stoppingAt?: number;
  stoppedAt?: number;
  stopCode?: StopCode;
  stoppedReason?: string;
  /** 128 plus the signal's number, if a signal ended it. */
  exitCode?: number;
  /** Id of the main process, which leads the process group; absent without a running process. */
  pid?: number;
  /** Protection from scale-in, until the given time. */
  protection?: { expiresAt: number };
}

/** The parts of a cluster's ARNs. */
export interface ClusterPlace {
  name: string;
  region: string;
  accountId: string;
}

export function newTaskId(): string {
  return randomBytes(16).toString("hex");
}

/** A new task, waiting for room. */
export function newTask(
  id: string,
  cluster: ClusterPlace,
  definition: { family: string; revision: number },
  now: number,
): Task {
  return {
    id,
    arn: ecsArn(cluster, `task/${cluster.name}/${id}`),
    taskDefinition: taskDefinitionArn(cluster, definition),
    status: "PROVISIONING",
    desiredStatus: "RUNNING",
    createdAt: now,
  };
}

export function taskDefinitionArn(cluster: ClusterPlace, definition: { family: string; revision: number }): string {
  return ecsArn(cluster, `task-definition/${definition.family}:${definition.revision}`);
}

export function ecsArn(place: ClusterPlace, resource: string): string {
  return arnOf(place, "ecs", resource);
}
