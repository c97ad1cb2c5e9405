import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";

/** Keeps ECS from choosing this task for scale-in or a deployment while it works. */
export interface Protection {
  /** Some work begins; resolves, never rejects, when the task is protected or is known not to be. */
  enter(): Promise<void>;
  /** Some work has ended. */
  leave(): void;
  /** Ends all timers; the protection stays as it is. */
  close(): void;
}

/** Outside ECS nobody would take the task away. */
export const noProtection: Protection = { enter: async () => {}, leave() {}, close() {} };

export const protectionMinutes = 60;

/** A stream of short jobs is one stretch of work: ECS limits the rate at which a task may change its mind. */
const lingerMilliseconds = 2_000;

export interface TaskProtectionDeps {
  /** Rejects when the protection is refused or cannot be asked for. */
  setProtected(isProtected: boolean): Promise<void>;
  clock: Clock;
  log: Log;
}

/**
 * Asks for protection when the first of some overlapping pieces of work begins, and gives it back when the last has ended. It
 * is a courtesy: without it a task is stopped like any other, and hands its jobs back.
 */
export class TaskProtection implements Protection {
  readonly #deps: TaskProtectionDeps;
  #working = 0;
  #isAskedFor = false;
  #hasFailed = false;
  /** Settles with the latest call; calls never overlap, so that the last one wins. */
  #latest = Promise.resolve();
  #protected = Promise.resolve();
  #cancelEnd = () => {};
  #cancelRenewal = () => {};

  constructor(deps: TaskProtectionDeps) {
    this.#deps = deps;
  }

  enter(): Promise<void> {
    this.#working += 1;
    this.#cancelEnd();
    if (!this.#isAskedFor) {
      this.#isAskedFor = true;
      this.#protected = this.#ask(true);
      this.#renewLater();
    }
    return this.#protected;
  }

  leave(): void {
    this.#working -= 1;
    if (this.#working === 0) this.#cancelEnd = this.#deps.clock.after(lingerMilliseconds, () => this.#end());
  }

  close(): void {
    this.#cancelEnd();
    this.#cancelRenewal();
  }

  #end(): void {
    this.#cancelRenewal();
    this.#isAskedFor = false;
    // After a refusal too: an answer that was late or lost may have been a yes.
    void this.#ask(false);
  }

  #renewLater(): void {
    const halfTimeMilliseconds = (protectionMinutes / 2) * 60_000;
    this.#cancelRenewal = this.#deps.clock.after(halfTimeMilliseconds, () => {
      void this.#ask(true);
      this.#renewLater();
    });
  }

  #ask(isProtected: boolean): Promise<void> {
    this.#latest = this.#latest.then(() => this.#tryToSet(isProtected));
    return this.#latest;
  }

  async #tryToSet(isProtected: boolean): Promise<void> {
    const { setProtected, log } = this.#deps;
    try {
      await setProtected(isProtected);
      if (this.#hasFailed) log.info({ isProtected }, "task protection works again");
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) log.warn({ err: asError(error), isProtected }, "task protection could not be changed");
      this.#hasFailed = true;
    }
  }
}
