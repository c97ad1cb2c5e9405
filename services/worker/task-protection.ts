import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";

/** Keeps ECS from choosing this task for scale-in or a deployment while it works. */
export interface Protection {
  /** Some work begins; resolves, never rejects, when the task is protected or is known not to be. */
  enter(): Promise<void>;
  /** Some work has ended. */
  leave(): void;
  /** True while nothing new should begin: ECS waits for this task, and shall find it idle. */
  isResting(): boolean;
  /** Ends all timers; the protection stays as it is. */
  close(): void;
}

/** Outside ECS nobody would take the task away. */
export const noProtection: Protection = { enter: async () => {}, leave() {}, isResting: () => false, close() {} };

export const protectionMinutes = 60;

/** How soon a worker under a steady load learns that ECS waits for it. */
const renewalMinutes = 5;

/** What ECS is given to stop an idle task that it waits for. */
const restMilliseconds = 15_000;

/** A stream of short jobs is one stretch of work: ECS limits the rate at which a task may change its mind. */
const lingerMilliseconds = 2_000;

export interface TaskProtectionDeps {
  /** Rejects with code `deployment-blocked` when ECS wants fewer tasks to be protected, with another when the protection is refused or cannot be asked for. */
  setProtected(isProtected: boolean): Promise<void>;
  clock: Clock;
  log: Log;
}

/**
 * Asks for protection when the first of some overlapping pieces of work begins, and gives it back when the last has ended. It
 * is a courtesy: without it a task is stopped like any other, and hands its jobs back. Under a steady load the last piece of
 * work may never end, and a deployment would wait for ever: when ECS refuses because more tasks are protected than it wants,
 * the task begins nothing new, gives its protection back once it is idle, and rests for long enough to be stopped.
 */
export class TaskProtection implements Protection {
  readonly #deps: TaskProtectionDeps;
  #working = 0;
  #isAskedFor = false;
  #hasFailed = false;
  #isBlocked = false;
  #restsUntil = 0;
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

  isResting(): boolean {
    return this.#isBlocked || this.#deps.clock.now() < this.#restsUntil;
  }

  close(): void {
    this.#cancelEnd();
    this.#cancelRenewal();
  }

  #end(): void {
    this.#cancelRenewal();
    this.#isAskedFor = false;
    if (this.#isBlocked) this.#restsUntil = this.#deps.clock.now() + restMilliseconds;
    this.#isBlocked = false;
    // After a refusal too: an answer that was late or lost may have been a yes.
    void this.#ask(false);
  }

  #renewLater(): void {
    this.#cancelRenewal = this.#deps.clock.after(renewalMinutes * 60_000, () => {
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
      if (isProtected && error instanceof AppError && error.code === "deployment-blocked") this.#isBlocked = true;
      if (!this.#hasFailed) log.warn({ err: asError(error), isProtected }, "task protection could not be changed");
      this.#hasFailed = true;
    }
  }
}
