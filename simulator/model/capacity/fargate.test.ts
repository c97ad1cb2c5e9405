import { beforeEach, expect, it } from "vitest";
import { Fargate } from "./fargate.ts";
import type { Service } from "./service-scheduler.ts";
import { sampleService } from "./testing/samples.ts";

let fargate: Fargate;
let service: Service;
beforeEach(() => {
  fargate = new Fargate(57_000);
  service = sampleService(2, { taskStartMilliseconds: 0 });
});

/** Steps both once a second, as the laptop does. */
function run(from: number, to: number): void {
  for (let second = from; second <= to; second += 1) {
    fargate.step(service.tasks, second * 1_000);
    service.step({ instances: fargate.machines, waitingElsewhere: 0, mayLaunch: true }, second * 1_000);
  }
}

it("gives each task a machine of its own after the start time", () => {
  run(0, 57);
  const before = service.running;
  run(58, 60);

  expect(before).toBe(0);
  expect(service.running).toBe(2);
  expect(new Set(service.tasks.map(({ instance }) => instance?.id)).size).toBe(2);
});

it("starts a replacement on a new machine, not on the one that the ended task had", () => {
  run(0, 60);
  const [ended] = service.tasks;
  const machine = ended?.instance?.id;
  service.removeTask(ended?.id ?? "");
  run(61, 110);
  const duringStart = service.running;
  run(111, 120);

  expect(duringStart).toBe(1);
  expect(service.running).toBe(2);
  expect(fargate.machines.map(({ id }) => id)).not.toContain(machine);
});

it("gives up a machine whose task is no longer wanted before it has started", () => {
  run(0, 10);
  service.desired = 1;
  run(11, 60);

  expect(fargate.machines).toHaveLength(1);
  expect(service.running).toBe(1);
});
