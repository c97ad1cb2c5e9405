import { expect, it } from "vitest";
import { createService, deploy, failTask, type Service } from "./service-scheduler.ts";
import { countStates, playService, sampleInstance, sampleSettings, times } from "./testing/samples.ts";

const second = 1_000;
const minute = 60 * second;
const two = [sampleInstance("i-1"), sampleInstance("i-2")];

it("starts the new tasks first, then stops the old, at 100 and 200 percent [botocore DeploymentConfiguration]", () => {
  const begun = playService(deploy(runningFour(), 2), two, { from: minute, until: minute + 2 * second });
  const done = playService(begun, two, { from: minute + 3 * second, until: 2 * minute });

  expect(revisions(begun)).toEqual({ old: 4, new: 4 });
  expect(revisions(done)).toEqual({ old: 0, new: 4 });
  expect(done.deployment.state).toBe("completed");
});

it("stops old tasks first when there may be no more than desired [botocore DeploymentConfiguration]", () => {
  const settings = { ...sampleSettings, minimumHealthyPercent: 50, maximumPercent: 100 };

  const begun = playService(deploy(runningFour(), 2), two, { from: minute, until: minute, settings });
  const done = playService(begun, two, { from: minute + second, until: 3 * minute, settings });

  expect(countStates(begun)).toMatchObject({ running: 2, stopping: 2, pending: 2 });
  expect(done.deployment.state).toBe("completed");
});

it("never moves when nothing may be missing and nothing too many [D of the two bounds]", () => {
  const settings = { ...sampleSettings, minimumHealthyPercent: 100, maximumPercent: 100 };

  const stuck = playService(deploy(runningFour(), 2), two, { from: minute, until: 5 * minute, settings });

  expect(revisions(stuck)).toEqual({ old: 4, new: 0 });
});

it("waits for protected tasks of the old revision [A23 task-scale-in-protection]", () => {
  const running = runningFour();
  const guarded: Service = {
    ...running,
    tasks: running.tasks.map((task, index) => (index === 0 ? { ...task, protectedUntil: 10 * minute } : task)),
  };

  const waiting = playService(deploy(guarded, 2), two, { from: minute, until: 10 * minute - second });
  const done = playService(waiting, two, { from: 10 * minute, until: 11 * minute });

  expect(revisions(waiting)).toEqual({ old: 1, new: 4 });
  expect(waiting.deployment.state).toBe("in-progress");
  expect(done.deployment.state).toBe("completed");
});

it("rolls back when the new tasks fail, with the old ones running on [A API_ServiceDeploymentCircuitBreaker]", () => {
  const running = runningFour();
  const begun = playService(deploy(running, 2), two, { from: minute, until: minute });

  const turned = failPending(begun, 3);
  const back = playService(turned, two, { from: minute + second, until: minute + second });

  expect(turned.tasks).toHaveLength(begun.tasks.length - 3);
  expect(turned.deployment.state).toBe("rolling-back");
  expect(back.deployment.state).toBe("rolled-back");
  expect(back.tasks).toEqual(running.tasks);
});

it("counts failures anew once a new task runs [A API_ServiceDeploymentCircuitBreaker, resetOnHealthyTask]", () => {
  const begun = playService(deploy(runningFour(), 2), two, { from: minute, until: minute });
  const failed = failPending(begun, 2);
  const healthy = playService(failed, two, { from: minute + second, until: minute + 3 * second });

  const again = failPending(healthy, 2);

  expect(failed.deployment.failures).toBe(2);
  expect(again.deployment).toMatchObject({ state: "in-progress", failures: 2 });
});

it("replaces the tasks of a draining instance before it stops them [A container-instance-draining]", () => {
  const running = runningFour();
  const draining = two.map((instance) =>
    instance.id === "i-1" ? { ...instance, state: "draining" as const } : instance,
  );

  const begun = playService(running, draining, { from: minute, until: minute });
  const done = playService(begun, draining, { from: minute + second, until: 2 * minute });

  expect(countStates(begun)).toMatchObject({ running: 4, pending: 4 });
  expect(done.tasks.map(({ instanceId }) => instanceId)).toEqual(times(4, () => "i-2"));
  expect(done.deployment.state).toBe("completed");
});

function runningFour(): Service {
  return playService(createService("s", 4), two, { until: 5 * second });
}

function failPending(service: Service, count: number): Service {
  const failing = service.tasks.filter(({ state }) => state === "pending").slice(0, count);
  return failing.reduce((left, { id }) => failTask(left, id), service);
}

function revisions({ tasks }: Service): { old: number; new: number } {
  const old = tasks.filter(({ revision }) => revision === 1).length;
  return { old, new: tasks.length - old };
}
