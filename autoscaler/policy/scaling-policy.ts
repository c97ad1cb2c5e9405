/** What the operator wants of the scaling, and how long the machines take: all else is derived or measured. */
export interface ScalingPolicy {
  /** How long a job may wait before it starts. */
  waitTargetSeconds: number;
  /** How long a job runs on average; heeded until enough jobs have been measured. */
  expectedServiceSeconds: number;
  /** Jobs one task runs at once. */
  slots: number;
  minTasks: number;
  maxTasks: number;
  /** From -1, cheaper, to 1, sooner: how much of the wait target the queue may use up, and how many jobs may be late. */
  eagerness: number;
  /** From an order to a task that works, where there is room for it. */
  taskStartSeconds: number;
  /** From the order of an instance to room for tasks on it. */
  bootSeconds: number;
  tasksPerInstance: number;
  /** From one decision to the next. */
  tickSeconds: number;
}

/** How much of the wait target the queue may use up: three quarters at an eagerness of -1, half at 0, a quarter at 1. */
export function waitShare(eagerness: number): number {
  return (2 - eagerness) / 4;
}

/** The share of late jobs at which nothing waits on purpose any more: 4 % at -1, 1 % at 0, a quarter of it at 1. */
export function lateBudget(eagerness: number): number {
  return 0.01 * 4 ** -eagerness;
}
