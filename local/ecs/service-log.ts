import { randomUUID } from "node:crypto";
import type { Clock } from "../../runtime/clock.ts";

/** A service event. */
export interface ServiceEvent {
  id: string;
  at: number;
  message: string;
}

const mostEvents = 20;

/** Publishes a service's events and keeps the latest ones. */
export class ServiceLog {
  readonly #latest: ServiceEvent[] = [];
  readonly #options: { name: string; clock: Clock; onEvent(message: string): void };

  constructor(options: { name: string; clock: Clock; onEvent(message: string): void }) {
    this.#options = options;
  }

  /** Oldest first. */
  get latest(): readonly ServiceEvent[] {
    return this.#latest;
  }

  tell(messages: readonly string[]): void {
    const { name, clock, onEvent } = this.#options;
    for (const text of messages) {
      const message = `(service ${name}) ${text}`;
      this.#latest.push({ id: randomUUID(), at: clock.now(), message });
      if (this.#latest.length > mostEvents) this.#latest.shift();
      onEvent(message);
    }
  }
}
