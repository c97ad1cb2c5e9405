import type { Clock } from "../../runtime/clock.ts";
import { AwsError } from "../aws-error.ts";
import { MoveTask, type MoveTaskOrder } from "./move-task.ts";
import type { Queue } from "./queue.ts";
import type { QueueRegistry } from "./queue-registry.ts";

/** How many tasks of a queue ListMessageMoveTasks can show. */
export const mostTasksListed = 10;

/** The move tasks of all dead-letter queues. */
export class MoveTasks {
  readonly #clock: Clock;
  readonly #queues: QueueRegistry;
  /** Newest first. */
  readonly #tasks = new Map<Queue, MoveTask[]>();

  constructor(clock: Clock, queues: QueueRegistry) {
    this.#clock = clock;
    this.#queues = queues;
  }

  start(order: MoveTaskOrder): MoveTask {
    const tasks = this.of(order.source);
    if (tasks.some((task) => task.status === "RUNNING")) {
      throw new AwsError(
        "InvalidParameterValue",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }
    const task = new MoveTask(order, this.#clock, (arn) => this.#queues.findByArn(arn));
    this.#tasks.set(order.source, [task, ...tasks].slice(0, mostTasksListed));
    return task;
  }

  of(source: Queue): readonly MoveTask[] {
    return this.#tasks.get(source) ?? [];
  }

  close(): void {
    for (const task of [...this.#tasks.values()].flat()) if (task.status === "RUNNING") task.cancel();
  }
}
