import fc from "fast-check";
import { expect, it } from "vitest";
import type { Cluster } from "./cluster.ts";
import { countStates, playCluster, sampleCluster } from "./testing/samples.ts";

const second = 1_000;
const minute = 60 * second;

it("scales no instance in that has a task, and keeps within the group's bounds", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 12 }), fc.nat(100_000), (events, boot) => {
      const cluster = sampleCluster(8, { bootMilliseconds: () => 20_000 + boot });
      const { group } = cluster;
      let now = 0;
      for (const event of events) {
        apply(cluster, event, now);
        for (const end = now + event.minutes * minute; now < end; now += 5 * second) {
          cluster.look(now);
          expect(group.instances.filter(({ leaves, tasks }) => leaves?.reason === "scale-in" && tasks > 0)).toEqual([]);
          expect(group.desired).toBeGreaterThanOrEqual(group.minimum);
          expect(group.desired).toBeLessThanOrEqual(group.maximum);
        }
      }
    }),
    { numRuns: 60 },
  );
});

it("runs all that is desired within half an hour of whatever happened", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 5 }), fc.nat(60), (events, desired) => {
      const cluster = sampleCluster(8);
      let now = 0;
      for (const event of [...events, { desired, minimum: 0, spot: 0, minutes: 30 }]) {
        apply(cluster, event, now);
        playCluster(cluster, { from: now, until: now + event.minutes * minute });
        now += event.minutes * minute + second;
      }

      expect(countStates(cluster.service)).toEqual({ provisioning: 0, pending: 0, running: desired, stopping: 0 });
    }),
    { numRuns: 15 },
  );
});

const anyEvent = fc.record({
  minutes: fc.integer({ min: 1, max: 20 }),
  desired: fc.nat(60),
  minimum: fc.nat(5),
  spot: fc.constantFrom(0, 0, 0.5, 1),
});

interface Event {
  desired: number;
  minimum: number;
  spot: number;
}

function apply({ group, service }: Cluster, { desired, minimum, spot }: Event, now: number): void {
  group.setBounds(minimum, 30);
  group.loseSpot(spot, (place) => (place * 0.37) % 1, now);
  service.desired = desired;
}
