import type { AutoScalingGroup, GroupChanges } from "./auto-scaling-group.ts";
import type { Service, ServiceChanges } from "./service-scheduler.ts";
import type { Task } from "./task.ts";

/** Decides how many instances the group is to have. */
export interface InstanceScaling {
  nextDueAt(): number;
  step(group: AutoScalingGroup, tasks: readonly Task[], now: number): void;
}

/** Is told of every change of tasks and instances within the step that makes it. */
export interface ClusterFollower {
  followTasks(changes: ServiceChanges, now: number): void;
  followInstances(changes: GroupChanges, now: number): void;
}

/** One service on one Auto Scaling group behind one capacity provider. */
export class Cluster {
  readonly service: Service;
  readonly group: AutoScalingGroup;
  readonly scaling: InstanceScaling;
  readonly #follower: ClusterFollower | undefined;

  constructor(
    parts: { service: Service; group: AutoScalingGroup; scaling: InstanceScaling },
    follower?: ClusterFollower,
  ) {
    this.service = parts.service;
    this.group = parts.group;
    this.scaling = parts.scaling;
    this.#follower = follower;
  }

  /** When something falls due by itself. */
  nextDueAt(now: number): number {
    return Math.min(this.scaling.nextDueAt(), this.group.nextDueAt(), this.service.nextDueAt(now));
  }

  /** Steps the scheduler, the capacity provider and the group; after a change of the instances the scheduler again. */
  look(now: number): void {
    this.#stepService(now);
    this.scaling.step(this.group, this.service.tasks, now);
    const { registered, gone } = this.stepGroup(now);
    if (registered.length > 0 || gone.length > 0) this.#stepService(now);
  }

  /** Steps the group alone. */
  stepGroup(now: number): GroupChanges {
    const changes = this.group.step(now);
    this.#follower?.followInstances(changes, now);
    return changes;
  }

  #stepService(now: number): void {
    const surroundings = { instances: this.group.instances, waitingElsewhere: 0, mayLaunch: true };
    const changes = this.service.step(surroundings, now);
    this.#follower?.followTasks(changes, now);
  }
}
