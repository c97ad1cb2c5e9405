import { randomUUID } from "node:crypto";
import type { Clock } from "../../runtime/clock.ts";
import type { Message } from "./message.ts";
import type { Queue } from "./queue.ts";

/** SQS's highest rate, and here also the rate where none is asked for. */
export const mostMovesPerSecond = 500;

/** Often enough that a rate looks steady, seldom enough to cost nothing. */
const leastMillisecondsBetweenSteps = 50;

export interface MoveTaskOrder {
  readonly source: Queue;
  /** Without one, each message goes back to the queue it came from. */
  readonly destinationArn: string | undefined;
  readonly movesPerSecond: number | undefined;
}

/** Moves what is visible in a dead-letter queue when it starts. Moved messages are new ones, with a new id and age. */
export class MoveTask {
  readonly id = randomUUID();
  readonly order: MoveTaskOrder;
  readonly startedAt: number;
  readonly toMove: number;
  moved = 0;
  status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED" = "RUNNING";
  failureReason: string | undefined;
  readonly #clock: Clock;
  readonly #findByArn: (arn: string) => Queue | undefined;
  readonly #rate: number;
  #cancelTimer: () => void = () => {};

  constructor(order: MoveTaskOrder, clock: Clock, findByArn: (arn: string) => Queue | undefined) {
    this.order = order;
    this.startedAt = clock.now();
    this.toMove = order.source.count("visible");
    this.#clock = clock;
    this.#findByArn = findByArn;
    this.#rate = order.movesPerSecond ?? mostMovesPerSecond;
    this.#step();
  }

  cancel(): void {
    this.#end("CANCELLED");
  }

  #step(): void {
    this.#moveWhatIsDue();
    if (this.status !== "RUNNING") return;
    const wait = Math.max(leastMillisecondsBetweenSteps, 1000 / this.#rate);
    this.#cancelTimer = this.#clock.after(wait, () => this.#step());
  }

  #moveWhatIsDue(): void {
    const { source } = this.order;
    const due = Math.floor(((this.#clock.now() - this.startedAt) * this.#rate) / 1000);
    while (this.status === "RUNNING") {
      const message = source.firstVisible;
      if (this.#findByArn(source.identity.arn) !== source) this.#fail("AWS.SimpleQueueService.NonExistentQueue");
      else if (!message || this.moved >= this.toMove) this.#end("COMPLETED");
      else if (this.moved < due) this.#move(message);
      else return;
    }
  }

  #move(message: Message): void {
    const destinationArn = this.order.destinationArn ?? message.deadLetterSourceArn;
    const destination = destinationArn === undefined ? undefined : this.#findByArn(destinationArn);
    if (destination) {
      this.order.source.releaseForRedrive(message);
      destination.send([{ content: message.content, delaySeconds: 0 }]);
      this.moved++;
    } else {
      this.#fail(destinationArn ? "AWS.SimpleQueueService.NonExistentQueue" : "CouldNotDetermineMessageSource");
    }
  }

  #fail(reason: string): void {
    this.failureReason = reason;
    this.#end("FAILED");
  }

  #end(status: "COMPLETED" | "CANCELLED" | "FAILED"): void {
    this.status = status;
    this.#cancelTimer();
  }
}
