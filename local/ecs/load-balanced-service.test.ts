import { once } from "node:events";
import { beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import type { ServiceTargets } from "./service.ts";
import { nextStopped, type ServiceUnderTest, startServiceUnderTest } from "./testing/service-under-test.ts";
import { useProcesses } from "./testing/use-processes.ts";

type State = Parameters<Parameters<ServiceTargets["onState"]>[0]>[1];

/** A target group whose states the test sets. */
class FakeTargets implements ServiceTargets {
  graceMilliseconds = 60_000;
  readonly states = new Map<string, State>();
  readonly deregistered: string[] = [];
  drained = Promise.resolve();
  #listener: (taskId: string, state: State) => void = () => {};

  onState(listener: (taskId: string, state: State) => void): void {
    this.#listener = listener;
  }
  register = (taskId: string) => void this.states.set(taskId, "initial");
  deregister = (taskId: string) => {
    this.deregistered.push(taskId);
    return this.drained;
  };
  remove = (taskId: string) => void this.states.delete(taskId);
  isUnhealthy = (taskId: string) => this.states.get(taskId) === "unhealthy";

  become(taskId: string, state: State): void {
    this.states.set(taskId, state);
    this.#listener(taskId, state);
  }
}

const clock = new ManualClock();
let targets: FakeTargets;
let subject: ServiceUnderTest;
const processes = useProcesses(clock, () => subject);
beforeEach(async () => {
  targets = new FakeTargets();
  subject = startServiceUnderTest(processes().processes, clock, { targets });
  const ran = once(subject.service.events, "running");
  await clock.advance(20);
  await ran;
  // From here on the script ends on SIGTERM.
  await subject.here(1);
});

const running = () => subject.service.tasks().map(({ id }) => id);

it("registers a task that runs, and completes its deployment when the target is healthy", async () => {
  const [id = ""] = running();
  const before = subject.service.deployment.state;

  targets.become(id, "healthy");
  await clock.advance(20);

  expect(before).toBe("in-progress");
  expect(subject.service.deployment.state).toBe("completed");
});

it("replaces a task whose target is unhealthy, but not within the grace period", async () => {
  const [id = ""] = running();
  targets.become(id, "healthy");
  targets.become(id, "unhealthy");
  await clock.advance(30_000);
  const early = running();

  const stopped = nextStopped(subject.service);
  await clock.advance(30_000);

  expect(early).toEqual([id]);
  expect(await stopped).toMatchObject({ id, stoppedReason: "Task failed ELB health checks" });
  await clock.advance(20);
  expect(running()).toHaveLength(1);
  expect(running()).not.toContain(id);
});

it("keeps a task that is healthy again when the grace period ends", async () => {
  const [id = ""] = running();
  targets.become(id, "unhealthy");
  targets.become(id, "healthy");

  await clock.advance(120_000);

  expect(running()).toEqual([id]);
});

it("deregisters a task before it sends SIGTERM", async () => {
  const [id = ""] = running();
  targets.become(id, "healthy");
  const drained = Promise.withResolvers<void>();
  targets.drained = drained.promise;

  const stopped = nextStopped(subject.service);
  subject.service.stopTask(id, "a drill");
  await clock.advance(1_000);
  const before = subject.service.task(id)?.status;
  drained.resolve();

  expect(targets.deregistered).toEqual([id]);
  expect(before).toBe("STOPPING");
  expect(await stopped).toMatchObject({ id, exitCode: 0 });
});

it("replaces every task with a new deployment, old ones only when new ones are healthy", async () => {
  const [old = ""] = running();
  targets.become(old, "healthy");
  await clock.advance(20);

  const started = once(subject.service.events, "running");
  subject.service.deploy();
  await clock.advance(20);
  await started;
  const during = running();
  const stopped = nextStopped(subject.service);
  targets.become(during.find((id) => id !== old) ?? "", "healthy");
  await clock.advance(20);

  expect(during).toHaveLength(2);
  expect((await stopped).id).toBe(old);
  expect(subject.service.deployment.state).toBe("completed");
});
