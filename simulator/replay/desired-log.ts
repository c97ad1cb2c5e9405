/** Each change of the desired count. */
export class DesiredLog {
  readonly changes: { at: number; tasks: number }[] = [];
  #tasks: number;

  constructor(tasks: number) {
    this.#tasks = tasks;
  }

  note(at: number, tasks: number): void {
    if (tasks === this.#tasks) return;
    this.#tasks = tasks;
    this.changes.push({ at, tasks });
  }
}

/** How many scale actions were undone: the next one went the other way within ten minutes. */
export function countReversals(initialTasks: number, changes: DesiredLog["changes"]): number {
  let count = 0;
  let tasks = initialTasks;
  let previous: { at: number; isOut: boolean } | undefined;
  for (const change of changes) {
    const isOut = change.tasks > tasks;
    if (previous && previous.isOut !== isOut && change.at - previous.at <= undoneMilliseconds) count += 1;
    previous = { at: change.at, isOut };
    tasks = change.tasks;
  }
  return count;
}

const undoneMilliseconds = 600_000;
