import fc from "fast-check";
import { expect, it } from "vitest";
import { setGroupBounds } from "./auto-scaling-group.ts";
import { type Cluster, stepCluster } from "./cluster.ts";
import { loseSpot } from "./lose-spot.ts";
import { setDesiredCount } from "./service-scheduler.ts";
import { holdsRoom } from "./task.ts";
import { clusterSettings, emptyCluster, playCluster } from "./testing/sample-cluster.ts";
import { countStates } from "./testing/samples.ts";

const second = 1_000;
const minute = 60 * second;

it("scales no instance in that has a task, and keeps within the group's bounds", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 12 }), (events) => {
      let cluster = emptyCluster(8);
      let now = 0;
      for (const event of events) {
        cluster = apply(cluster, event, now);
        for (const end = now + event.minutes * minute; now < end; now += 5 * second) {
          cluster = stepCluster(cluster, clusterSettings, () => event.uniform, now);
          expect(scaledInWithTasks(cluster)).toEqual([]);
          expect(cluster.group.desired).toBeGreaterThanOrEqual(cluster.group.minimum);
          expect(cluster.group.desired).toBeLessThanOrEqual(cluster.group.maximum);
        }
      }
    }),
    { numRuns: 60 },
  );
});

it("runs all that is desired within half an hour of whatever happened", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 5 }), fc.nat(60), (events, desired) => {
      let cluster = emptyCluster(8);
      let now = 0;
      for (const event of events) {
        const until = now + event.minutes * minute;
        cluster = playCluster(apply(cluster, event, now), { from: now, until });
        now = until + second;
      }

      const end = playCluster(apply(cluster, { desired, minimum: 0, spot: 0 }, now), {
        from: now,
        until: now + 30 * minute,
      });

      expect(countStates(end.service)).toEqual({ provisioning: 0, pending: 0, running: desired, stopping: 0 });
    }),
    { numRuns: 15 },
  );
});

const anyEvent = fc.record({
  minutes: fc.integer({ min: 1, max: 20 }),
  desired: fc.nat(60),
  minimum: fc.nat(5),
  spot: fc.constantFrom(0, 0, 0.5, 1),
  uniform: fc.double({ min: 0, max: 0.99, noNaN: true }),
});

function apply(cluster: Cluster, event: { desired: number; minimum: number; spot: number }, now: number): Cluster {
  const bounded = setGroupBounds(cluster.group, event.minimum, 30);
  const group = loseSpot(bounded, event.spot, (place) => (place * 0.37) % 1, clusterSettings, now);
  return { ...cluster, group, service: setDesiredCount(cluster.service, event.desired) };
}

function scaledInWithTasks({ group, service }: Cluster): string[] {
  const occupied = new Set(service.tasks.filter(holdsRoom).map(({ instanceId }) => instanceId));
  return group.instances
    .filter(({ id, leaves }) => leaves?.reason === "scale-in" && occupied.has(id))
    .map(({ id }) => id);
}
