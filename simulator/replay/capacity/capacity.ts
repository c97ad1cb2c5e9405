/** Where tasks run: a service, its instances and what they cost. Times are milliseconds. */
export interface Capacity {
  /** When something falls due by itself; Infinity when nothing does. */
  nextDueAt(): number;
  /** What is due happens, missing tasks start, superfluous ones stop unless they work. */
  look(now: number): void;
  /** How many tasks the service is to have; heeded at the next look. */
  setDesired(tasks: number): void;
  /** How few instances there are to be; heeded at the next look. */
  setInstanceFloor(instances: number): void;
  /** Takes those of the instances away that are empty, down to the floor. */
  releaseInstances(ids: readonly string[], now: number): void;
  /** The registered ones, with how many tasks are on each. */
  listInstances(): { id: string; tasks: number }[];
  /** Begins to replace all tasks by such of a new revision. */
  deploy(): void;
  /** Spot warns that share of the instances, drawn by their places, and takes them away. */
  loseSpot(share: number, uniform: (place: number) => number, now: number): void;
  readonly desired: number;
  /** Tasks that work or could. */
  readonly running: number;
  /** Tasks that wait for room or start. */
  readonly pending: number;
  /** Task-milliseconds of running tasks up to `now`: what their use is measured against. */
  runningMilliseconds(now: number): number;
  /** Everything spent up to `now`, which must not lie before the last look. */
  bill(now: number): Bill;
}

export interface Bill {
  taskHours: number;
  instanceHours: number;
  tasksStarted: number;
  instancesLaunched: number;
}

/** What tasks of one size need of the cluster they run on. */
export interface CapacitySettings {
  tasksPerInstance: number;
  warmStartMilliseconds: number;
  initialTasks: number;
  maxInstances: number;
}
