import { once } from "node:events";
import type { ManualClock } from "../../../runtime/clock.ts";
import type { Processes } from "../../processes/processes.ts";
import type { TaskDefinition } from "../running-task.ts";
import { type Service, type ServiceOptions, startService, type Task } from "../service.ts";

/** Shell scripts that stand for workers. */
export const workers = {
  /** Says when it is there, and ends when it is asked to. */
  polite: 'trap "echo bye; exit 0" TERM; echo here; sleep 1000 & wait',
  deaf: 'trap "" TERM; echo here; while :; do sleep 1000; done',
  failing: "exit 3",
};

export interface ServiceUnderTest {
  service: Service;
  clock: ManualClock;
  /** As `(task id) line`, without the ids. */
  events: string[];
  lines: { taskId: string; line: string }[];
  /** Resolves when that many tasks have said that they are there. */
  here(count: number): Promise<void>;
}

/** A service of shell scripts, on a clock that stands still; the processes run on the same clock. */
export function startServiceUnderTest(
  processes: Processes,
  clock: ManualClock,
  options: Partial<Omit<ServiceOptions, "taskDefinition">> & {
    script?: string;
    definition?: Partial<TaskDefinition>;
  } = {},
): ServiceUnderTest {
  const { script = workers.polite, definition, ...rest } = options;
  const events: string[] = [];
  const lines: { taskId: string; line: string }[] = [];
  let onLine = () => {};
  const service = startService({
    name: "worker",
    desiredCount: 1,
    taskDefinition: {
      family: "sluice-dev-worker",
      revision: 1,
      command: ["sh", "-c", script],
      directory: ".",
      environment: () => ({ PATH: process.env.PATH ?? "" }),
      stopTimeoutSeconds: 30,
      ...definition,
    },
    cluster: { name: "sluice-dev", region: "eu-central-1", accountId: "000000000000" },
    clock,
    processes,
    onEvent: (message) => void events.push(message.replaceAll(/ \(task [0-9a-f]{8}\)/g, "")),
    onLine(taskId, line) {
      lines.push({ taskId, line });
      onLine();
    },
    ...rest,
  });
  return {
    service,
    clock,
    events,
    lines,
    here: (count) =>
      new Promise((resolve) => {
        onLine = () => {
          if (lines.filter(({ line }) => line === "here").length >= count) resolve();
        };
        onLine();
      }),
  };
}

/** The next task that stops. */
export async function nextStopped(service: Service): Promise<Task> {
  const [task] = (await once(service.events, "stopped")) as [Task];
  return task;
}

export function idsOf(tasks: Task[]): string[] {
  return tasks.map(({ id }) => id);
}
