import type { Clock } from "../../runtime/clock.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import type { Log } from "../../runtime/log.ts";

/** Task scale-in protection: keeps ECS from stopping this task for a scale-in or deployment while it works. */
export interface Protection {
  /** Work begins. Resolves once ECS has granted or refused the protection; never rejects. */
  enter(): Promise<void>;
  /** Work has ended. */
  leave(): void;
  /** True while the worker must start no new work, so that ECS can stop the task. */
  isResting(): boolean;
  /** Cancels all timers and leaves the protection as it is. */
  close(): void;
}

/** For a worker outside ECS. */
export const noProtection: Protection = { enter: async () => {}, leave() {}, isResting: () => false, close() {} };

export const protectionMinutes = 60;

/** Interval of renewals under steady load. A refused renewal shows that ECS wants to stop this task. */
const renewalMinutes = 5;

/** Time after the task became idle in which it takes no work, so that ECS can stop it. */
const restMilliseconds = 15_000;

/** Protection outlasts short pauses between jobs, because ECS limits the rate of changes. */
const lingerMilliseconds = 2_000;

export interface TaskProtectionDeps {
  /**
   * Rejects with code `deployment-blocked` when too many tasks are protected for a deployment; with another code after
   * any other refusal or failure.
   */
  setProtected(isProtected: boolean): Promise<void>;
  clock: Clock;
  log: Log;
}

/**
 * Requests protection when the task becomes busy, and releases it when the task is idle again. Protection is optional:
 * an unprotected task that is stopped hands its jobs back.
 *
 * Under steady load the task would never be idle, and a deployment would wait forever. Therefore, when ECS refuses a
 * renewal with DEPLOYMENT_BLOCKED, the task begins no new work and releases its protection once idle. It then takes no work
 * for `restMilliseconds`, so that ECS can stop it.
 */
export class TaskProtection implements Protection {
  readonly #deps: TaskProtectionDeps;
  #working = 0;
  #isAskedFor = false;
  #hasFailed = false;
  #isBlocked = false;
  #restsUntil = 0;
  /** The latest call to ECS. Calls run one after another, so that the last one decides. */
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
    // Release after a refusal too: the request may have succeeded although its answer was lost.
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
      if (this.#hasFailed) log.info({ requested: isProtected }, "changing the scale-in protection works again");
      this.#hasFailed = false;
    } catch (error) {
      if (isProtected && error instanceof AppError && error.code === "deployment-blocked") this.#isBlocked = true;
      if (!this.#hasFailed) log.warn({ err: asError(error), requested: isProtected }, protectionFailed);
      this.#hasFailed = true;
    }
  }
}

const protectionFailed =
  "could not change the scale-in protection; ECS may stop this task, which then hands its jobs back; further failures are not logged";
