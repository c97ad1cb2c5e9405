import fc from "fast-check";
import { expect, it } from "vitest";
import type { Instance } from "./instance.ts";
import { freeRooms } from "./place-tasks.ts";
import { createService, deploy, failTask, type Service, setDesiredCount, stepService } from "./service-scheduler.ts";
import type { Task } from "./task.ts";
import { isProtected, protectTask } from "./task-protection.ts";
import { countStates, playService, sampleInstance, sampleSettings, times } from "./testing/samples.ts";

const second = 1_000;
const instances: Instance[] = times(5, (index) =>
  sampleInstance(`i-${index}`, { availabilityZone: index % 2 ? "a" : "b" }),
);

it("stops no protected task, fills no instance beyond its room, and gives no task a state it cannot come to", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      let service = createService("s", 4);
      let now = 0;
      for (const event of events) {
        now += event.seconds * second;
        const changed = apply(service, event, now);
        const there = event.drains ? drained() : instances;
        service = stepService(changed, { instances: there, otherTasks: [] }, sampleSettings, now);

        expect(lostProtection(changed.tasks, service.tasks, now)).toEqual([]);
        expect(overfull(service.tasks)).toEqual([]);
        expect(jumps(changed.tasks, service.tasks)).toEqual([]);
        expect(new Set(service.tasks.map(({ id }) => id)).size).toBe(service.tasks.length);
      }
    }),
    { numRuns: 300 },
  );
});

it("comes to exactly what is desired once nothing more happens, however it got there", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 25 }), fc.nat(20), (events, desired) => {
      let service = createService("s", 4);
      let now = 0;
      for (const event of events) {
        now += event.seconds * second;
        service = stepService(apply(service, event, now), { instances, otherTasks: [] }, sampleSettings, now);
      }

      // Ten minutes outlast every protection given here and every deployment.
      const quiet = setDesiredCount(service, desired);
      const roomy = [...instances, ...times(10, (index) => sampleInstance(`spare-${index}`))];
      const end = playService(quiet, roomy, { from: now, until: now + 600 * second });

      expect(countStates(end)).toEqual({ provisioning: 0, pending: 0, running: desired, stopping: 0 });
    }),
    { numRuns: 60 },
  );
});

const anyEvent = fc.record({
  seconds: fc.nat(40),
  desired: fc.option(fc.nat(30)),
  protects: fc.option(fc.nat(19)),
  fails: fc.option(fc.nat(19)),
  deploys: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  drains: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});
type Event = typeof anyEvent extends fc.Arbitrary<infer Value> ? Value : never;

function apply(service: Service, { desired, protects, fails, deploys }: Event, now: number): Service {
  let next = desired === null ? service : setDesiredCount(service, desired);
  if (deploys) next = deploy(next, next.deployment.to + 1);
  const failing = fails === null ? undefined : next.tasks[fails];
  if (failing && !isProtected(failing, now)) next = failTask(next, failing.id);
  const guarded = protects === null ? undefined : next.tasks[protects];
  const answer = guarded && protectTask(next.tasks, guarded.id, next.desired, now, 5);
  return answer?.accepted ? { ...next, tasks: answer.tasks } : next;
}

function drained(): Instance[] {
  return instances.map((instance, index) => (index === 0 ? { ...instance, state: "draining" } : instance));
}

function lostProtection(before: readonly Task[], after: readonly Task[], now: number): Task[] {
  const running = new Set(after.filter(({ state }) => state === "running").map(({ id }) => id));
  return before.filter((task) => task.state === "running" && isProtected(task, now) && !running.has(task.id));
}

function overfull(tasks: readonly Task[]): unknown[] {
  return [...freeRooms(instances, tasks).values()].flatMap((room) => Object.values(room)).filter((left) => left < 0);
}

const roads = ["provisioning>pending", "pending>running", "pending>stopping", "running>stopping"];

function jumps(before: readonly Task[], after: readonly Task[]): string[] {
  const states = new Map(before.map(({ id, state }) => [id, state]));
  return after
    .map(({ id, state }) => ({ from: states.get(id), to: state }))
    .filter(({ from, to }) => from !== undefined && from !== to)
    .map(({ from, to }) => `${from}>${to}`)
    .filter((road) => !roads.includes(road));
}
