import { managedScalingDefaults } from "../capacity.ts";
import type { Service } from "../service.ts";
import type { ServiceUnderTest } from "./service-under-test.ts";

/** No instances at first, room for four tasks on each, and AWS's own delays. */
export const fromZero = {
  minimum: 0,
  maximum: 10,
  room: { cpuUnits: 4_096, memoryMebibytes: 4_096, slots: Number.POSITIVE_INFINITY },
  releasesEmptyInstances: true,
  managedScaling: managedScalingDefaults,
};

/**
 * Advances the clock until that many tasks are placed, then waits until their processes run. The clock stands still meanwhile:
 * how long a process takes to start depends on the machine.
 */
export async function passUntilRunning({ service, clock, here }: ServiceUnderTest, count: number): Promise<void> {
  const placed = () => service.tasks().filter(({ status }) => status !== "PROVISIONING").length;
  for (let looks = 0; placed() < count && looks < 10_000; looks++) await clock.advance(100);
  await here(count);
}

/** Resolves when that many more tasks have stopped. */
export function manyStopped(service: Service, count: number): Promise<void> {
  let left = count;
  return new Promise((resolve) => {
    const onStopped = () => {
      left -= 1;
      if (left > 0) return;
      service.events.off("stopped", onStopped);
      resolve();
    };
    service.events.on("stopped", onStopped);
  });
}
