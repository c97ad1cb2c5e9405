import { createGroup } from "../auto-scaling-group.ts";
import { createCapacityProvider } from "../capacity-provider.ts";
import { type Cluster, type ClusterSettings, stepCluster } from "../cluster.ts";
import { defaults } from "../parameters.ts";
import { createService } from "../service-scheduler.ts";
import { sampleInstance, sampleSettings } from "./samples.ts";

const { room } = sampleInstance("sample");

/** The documented defaults, on instances with room for four sample tasks. */
export const clusterSettings: ClusterSettings = {
  ...defaults,
  ...sampleSettings,
  room,
  smallestType: room,
  largestType: room,
  availabilityZones: ["a", "b"],
  warmPoolSize: 0,
  protectsInstances: true,
};

/** A cluster without instances that wants so many tasks. */
export function emptyCluster(desired: number): Cluster {
  return { service: createService("s", desired), group: createGroup(0, 10_000), provider: createCapacityProvider(0) };
}

/** Plays a cluster second by second, every instance booting in the median time, and tells each second to `observe`. */
export function playCluster(
  cluster: Cluster,
  { from = 0, until, settings = clusterSettings }: { from?: number; until: number; settings?: ClusterSettings },
  observe: (cluster: Cluster, now: number) => void = () => undefined,
): Cluster {
  let played = cluster;
  for (let now = from; now <= until; now += 1_000) {
    played = stepCluster(played, settings, () => 0.5, now);
    observe(played, now);
  }
  return played;
}
