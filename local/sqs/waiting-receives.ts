import type { Clock } from "../../runtime/clock.ts";
import type { Receipt } from "./receipt.ts";

/** The parameters of one ReceiveMessage call. */
export interface ReceiveRequest {
  readonly most: number;
  readonly visibilitySeconds: number;
  readonly waitSeconds: number;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal;
}

interface WaitingReceive {
  readonly request: ReceiveRequest;
  /** Ends the wait; empty if no message came. */
  answer(receipts: readonly Receipt[]): void;
}

/** The long polls of one queue, in order of arrival. */
export class WaitingReceives {
  readonly #clock: Clock;
  readonly #waiting = new Set<WaitingReceive>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get first(): WaitingReceive | undefined {
    for (const waiting of this.#waiting) return waiting;
    return undefined;
  }

  /** Calls `lastChance` at the end of the wait, which may still answer it. */
  wait(request: ReceiveRequest, lastChance: () => void): Promise<readonly Receipt[]> {
    return new Promise((resolve) => {
      const answer = (receipts: readonly Receipt[]) => {
        this.#waiting.delete(waiting);
        cancelTimer();
        request.signal.removeEventListener("abort", leave);
        resolve(receipts);
      };
      const leave = () => answer([]);
      const waiting = { request, answer };
      const cancelTimer = this.#clock.after(request.waitSeconds * 1000, () => {
        lastChance();
        leave();
      });
      request.signal.addEventListener("abort", leave);
      this.#waiting.add(waiting);
    });
  }

  endAll(): void {
    for (const waiting of this.#waiting) waiting.answer([]);
  }
}
