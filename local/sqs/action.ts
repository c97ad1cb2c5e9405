import type { Clock } from "../../runtime/clock.ts";
import type { MoveTasks } from "./move-tasks.ts";
import type { QueueRegistry } from "./queue-registry.ts";

/** What the actions work on. */
export interface SqsContext {
  readonly clock: Clock;
  readonly accountId: string;
  readonly queues: QueueRegistry;
  readonly moveTasks: MoveTasks;
}

/** One action of the API: reads its input, does it, and returns the JSON answer. */
export type Action = (context: SqsContext, input: unknown, signal: AbortSignal) => object | Promise<object>;
