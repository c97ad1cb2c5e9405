import { randomBytes } from "node:crypto";
import { arnOf } from "../gateway/account.ts";

/**
 * AWS's states as far as they occur here. Its others stand for network interfaces and load balancers that come and go,
 * of which these tasks have none.
 */
export type TaskStatus = "PROVISIONING" | "PENDING" | "RUNNING" | "STOPPING" | "STOPPED";

export type StopCode =
  | "TaskFailedToStart"
  | "EssentialContainerExited"
  | "ServiceSchedulerInitiated"
  | "UserInitiated"
  | "TerminationNotice";

/** A task as it is at one moment; times are milliseconds since the epoch. */
export interface Task {
  id: string;
  arn: string;
  taskDefinition: string;
  status: TaskStatus;
  /** What the service wants of it. */
  desiredStatus: "RUNNING" | "STOPPED";
  /** The instance it was placed on; absent while it waits for room. */
  instanceId?: string;
  createdAt: number;
  startedAt?: number;
  stoppingAt?: number;
  stoppedAt?: number;
  stopCode?: StopCode;
  stoppedReason?: string;
  /** 128 and the signal's number, if a signal ended it. */
  exitCode?: number;
  /** The main process, which leads the task's process group; absent before there is one and once it has ended. */
  pid?: number;
  /** From being stopped by its service; it ends by itself at that time. */
  protection?: { expiresAt: number };
}

/** Where a cluster is: what its ARNs are made of. */
export interface ClusterPlace {
  name: string;
  region: string;
  accountId: string;
}

export function newTaskId(): string {
  return randomBytes(16).toString("hex");
}

/** A task that waits for room. */
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
