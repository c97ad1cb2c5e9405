export interface Bill {
  taskHours: number;
  instanceHours: number;
  tasksStarted: number;
  instancesLaunched: number;
}

/** Adds up the bill: a task from its placement to its stop, an instance from its launch to its end. */
export class Meter {
  #tasks = 0;
  #taskOffset = 0;
  #runningTasks = 0;
  #runningOffset = 0;
  #instanceMilliseconds = 0;
  #tasksStarted = 0;
  #instancesLaunched = 0;

  placeTask(now: number): void {
    this.#tasks += 1;
    this.#tasksStarted += 1;
    this.#taskOffset -= now;
  }

  runTask(now: number): void {
    this.#runningTasks += 1;
    this.#runningOffset -= now;
  }

  stopTask(now: number, hasRun: boolean): void {
    this.#tasks -= 1;
    this.#taskOffset += now;
    if (!hasRun) return;
    this.#runningTasks -= 1;
    this.#runningOffset += now;
  }

  launchInstance(): void {
    this.#instancesLaunched += 1;
  }

  endInstance(launchedAt: number, now: number): void {
    this.#instanceMilliseconds += billedMilliseconds(launchedAt, now);
  }

  runningMilliseconds(now: number): number {
    return this.#runningTasks * now + this.#runningOffset;
  }

  /** `launchedAt` of the instances that are still there. */
  bill(now: number, launchedAt: Iterable<number>): Bill {
    let instanceMilliseconds = this.#instanceMilliseconds;
    for (const launch of launchedAt) instanceMilliseconds += billedMilliseconds(launch, now);
    return {
      taskHours: (this.#tasks * now + this.#taskOffset) / hour,
      instanceHours: instanceMilliseconds / hour,
      tasksStarted: this.#tasksStarted,
      instancesLaunched: this.#instancesLaunched,
    };
  }
}

const hour = 3_600_000;

/** AWS bills by the second, a minute at least. What ran before the replay began was paid for before it. */
function billedMilliseconds(launchedAt: number, now: number): number {
  return launchedAt < 0 ? now : Math.max(60_000, now - launchedAt);
}
