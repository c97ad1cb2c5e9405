import { randomBytes } from "node:crypto";
import type { Protection } from "./protection.ts";

/**
 * AWS's states as far as they occur here. Its others stand for network interfaces and load balancers that come and go,
 * of which these tasks have none.
 */
export type TaskStatus = "PENDING" | "RUNNING" | "STOPPING" | "STOPPED";

export type StopCode = "TaskFailedToStart" | "EssentialContainerExited" | "ServiceSchedulerInitiated" | "UserInitiated";

/** A task as it is at one moment; times are milliseconds since the epoch. */
export interface Task {
  id: string;
  arn: string;
  taskDefinition: string;
  status: TaskStatus;
  /** What the service wants of it. */
  desiredStatus: "RUNNING" | "STOPPED";
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
  protection?: Protection | undefined;
}

export interface Cluster {
  name: string;
  region: string;
  accountId: string;
}

/** A task that is about to be started. */
export function newTask(cluster: Cluster, definition: { family: string; revision: number }, now: number): Task {
  const id = randomBytes(16).toString("hex");
  const prefix = `arn:aws:ecs:${cluster.region}:${cluster.accountId}`;
  return {
    id,
    arn: `${prefix}:task/${cluster.name}/${id}`,
    taskDefinition: `${prefix}:task-definition/${definition.family}:${definition.revision}`,
    status: "PENDING",
    desiredStatus: "RUNNING",
    createdAt: now,
  };
}
