import { AppError } from "../../runtime/errors.ts";
import { startDeployment } from "../../simulator/model/capacity/deployment.ts";
import * as model from "../../simulator/model/capacity/service-scheduler.ts";
import { newTaskId } from "./task.ts";

/** A service as AWS begins one: its first deployment is in progress until all that is wanted runs. */
export function createService(name: string, desired: number): model.Service {
  return { ...model.createService(name, checkCount(desired)), deployment: startDeployment(1, 1) };
}

/** @throws AppError `desired-count` for what is no number of tasks */
export function setDesiredCount(service: model.Service, desired: number): model.Service {
  return model.setDesiredCount(service, checkCount(desired));
}

/** The model counts its tasks; AWS gives them ids that no other task ever has. */
export function nameTasks(service: model.Service, known: { has(id: string): boolean }): model.Service {
  const tasks = service.tasks.map((task) => (known.has(task.id) ? task : { ...task, id: newTaskId() }));
  return { ...service, tasks };
}

function checkCount(count: number): number {
  if (Number.isInteger(count) && count >= 0) return count;
  throw new AppError("desired-count", `expected a desired count of 0 or more; came ${count}`);
}
