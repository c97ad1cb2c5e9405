/** The operator's targets and limits, and how long AWS takes. The controller measures or derives everything else. */
export interface ScalingSettings {
  /** Longest wait of a job, from its acceptance to its start. */
  waitTargetSeconds: number;
  /** Expected mean service time, used until enough jobs have been measured. */
  expectedServiceSeconds: number;
  /** Jobs that one task runs at once. */
  slots: number;
  minTasks: number;
  maxTasks: number;
  /** From -1 (fewer tasks, longer waits) to 1 (more tasks, shorter waits). Sets the allowed wait and the error budget. */
  eagerness: number;
  /** From the request for a task to its first job, on an instance with room for it. */
  taskStartSeconds: number;
  /** From the request for an instance to room for tasks on it. */
  bootSeconds: number;
  tasksPerInstance: number;
  /** Time between two decisions. */
  tickSeconds: number;
}
