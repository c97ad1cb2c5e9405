import { expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import type { EcsCluster } from "../ecs/cluster.ts";
import { CloudWatch } from "./cloud-watch.ts";
import { publishServiceMetrics } from "./publish-metrics.ts";

const minute = 60_000;

it("counts the tasks of each service for the minute before, to be seen a minute later", async () => {
  const { clock, service, samples, stop } = publish();

  await clock.advance(minute);
  service.runningCount = 3;
  service.pendingCount = 0;
  await clock.advance(minute);
  stop();
  await clock.advance(minute);

  expect(samples("RunningTaskCount")).toEqual([
    { at: 0, visibleAt: 2 * minute, value: 2 },
    { at: minute, visibleAt: 3 * minute, value: 3 },
  ]);
  expect(samples("DesiredTaskCount").map(({ value }) => value)).toEqual([3, 3]);
  expect(samples("PendingTaskCount").map(({ value }) => value)).toEqual([1, 0]);
});

it("says nothing that runs while no task does, and nothing at all of a service that sleeps", async () => {
  const { clock, service, samples, stop } = publish();

  service.runningCount = 0;
  await clock.advance(minute);
  service.desiredCount = 0;
  await clock.advance(minute);
  stop();

  expect(samples("RunningTaskCount")).toEqual([]);
  expect(samples("DesiredTaskCount").map(({ at }) => at)).toEqual([0]);
});

it("says nothing of a cluster without Container Insights", async () => {
  const { clock, samples, stop } = publish({ hasContainerInsights: false });

  await clock.advance(minute);
  stop();

  expect(samples("RunningTaskCount")).toEqual([]);
});

function publish({ hasContainerInsights = true } = {}) {
  const clock = new ManualClock();
  const cloudWatch = new CloudWatch(clock as never, () => {});
  const service = { name: "worker", desiredCount: 3, runningCount: 2, pendingCount: 1 };
  const cluster = { place: { name: "c" }, hasContainerInsights, services: () => [service] } as unknown as EcsCluster;
  const dimensions = { ClusterName: "c", ServiceName: "worker" };
  return {
    clock,
    service,
    samples: (name: string) => cloudWatch.metrics.samplesOf({ namespace: "ECS/ContainerInsights", name, dimensions }),
    stop: publishServiceMetrics(() => [cluster], cloudWatch, clock),
  };
}
