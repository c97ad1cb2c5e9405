import { isProtected } from "./protection.ts";
import type { Task } from "./task.ts";

/**
 * Which of the tasks, given in the order of their start, go when there are too many: the newest that are not protected.
 * AWS's choice follows placement and is not promised; like this one it never asks who is busy.
 */
export function chooseExcess<Some extends Pick<Task, "protection">>(
  tasks: Some[],
  excess: number,
  now: number,
): Some[] {
  const free = tasks.filter(({ protection }) => !isProtected(protection, now));
  return free.slice(Math.max(0, free.length - excess));
}
