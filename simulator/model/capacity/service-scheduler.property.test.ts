import fc from "fast-check";
import { expect, it } from "vitest";
import type { Instance } from "./instance.ts";
import type { Service } from "./service-scheduler.ts";
import { isProtected, protectTask, type Task } from "./task.ts";
import { countStates, playService, sampleInstance, sampleService, times } from "./testing/samples.ts";

const second = 1_000;

it("stops no protected task, fills no instance beyond its room, and gives no task a state it cannot come to", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      const instances = fiveInstances();
      const service = sampleService(4);
      let now = 0;
      for (const event of events) {
        now += event.seconds * second;
        apply(service, event, now);
        for (const instance of instances.slice(0, 1)) instance.state = event.drains ? "draining" : "registered";
        const before = service.tasks.map((task) => ({ ...task }));

        service.step({ instances, waitingElsewhere: 0, mayLaunch: true }, now);

        expect(lostProtection(before, service.tasks, now)).toEqual([]);
        expect(miscounted(instances, service.tasks)).toEqual([]);
        expect(jumps(before, service.tasks)).toEqual([]);
        expect(new Set(service.tasks.map(({ id }) => id)).size).toBe(service.tasks.length);
        const { running, provisioning } = countStates(service);
        expect([service.running, service.waiting]).toEqual([running, provisioning]);
      }
    }),
    { numRuns: 300 },
  );
});

it("comes to exactly what is desired once nothing more happens, however it got there", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 25 }), fc.nat(20), (events, desired) => {
      const instances = fiveInstances();
      const service = sampleService(4);
      let now = 0;
      for (const event of events) {
        now += event.seconds * second;
        apply(service, event, now);
        service.step({ instances, waitingElsewhere: 0, mayLaunch: true }, now);
      }

      // Ten minutes outlast every protection given here and every deployment.
      service.desired = desired;
      const roomy = [...instances, ...times(10, (index) => sampleInstance(`spare-${index}`))];
      playService(service, roomy, { from: now, until: now + 600 * second });

      expect(countStates(service)).toEqual({ provisioning: 0, pending: 0, running: desired, stopping: 0 });
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

function fiveInstances(): Instance[] {
  return times(5, (index) => sampleInstance(`i-${index}`, { availabilityZone: index % 2 ? "a" : "b" }));
}

function apply(service: Service, { desired, protects, fails, deploys }: Event, now: number): void {
  if (desired !== null) service.desired = desired;
  if (deploys) service.deploy(service.deployment.to + 1);
  const failing = fails === null ? undefined : service.tasks[fails];
  if (failing && !isProtected(failing, now)) service.removeTask(failing.id);
  const guarded = protects === null ? undefined : service.tasks[protects];
  if (guarded) protectTask(service.tasks, guarded.id, service.desired, now, 5);
}

function lostProtection(before: readonly Task[], after: readonly Task[], now: number): Task[] {
  const running = new Set(after.filter(({ state }) => state === "running").map(({ id }) => id));
  return before.filter((task) => task.state === "running" && isProtected(task, now) && !running.has(task.id));
}

/** Instances on which more is placed than they offer, or on which room and tasks do not add up. */
function miscounted(instances: readonly Instance[], tasks: readonly Task[]): Instance[] {
  return instances.filter((instance) => {
    const { room, free } = instance;
    const here = tasks.filter((task) => task.instance === instance);
    const used = here.reduce((sum, { size }) => sum + size.cpuUnits, 0);
    const isFull = Object.values(free).some((left) => left < 0);
    return isFull || instance.tasks !== here.length || free.cpuUnits + used !== room.cpuUnits;
  });
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
