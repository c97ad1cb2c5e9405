import type { Clock } from "../../runtime/clock.ts";
import type { QueueRegistry } from "./queue-registry.ts";

export interface SqsContext {
  readonly clock: Clock;
  readonly accountId: string;
  readonly queues: QueueRegistry;
}

/** One action of the API: reads its input, performs it and returns the JSON answer. */
export type Action = (context: SqsContext, input: unknown, signal: AbortSignal) => object | Promise<object>;
