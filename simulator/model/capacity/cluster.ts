import {
  type AutoScalingGroup,
  type GroupSettings,
  releaseInstances,
  setGroupDesired,
  stepGroup,
} from "./auto-scaling-group.ts";
import { type CapacityProvider, type ManagedScalingSettings, stepCapacityProvider } from "./capacity-provider.ts";
import { type SchedulerSettings, type Service, stepService } from "./service-scheduler.ts";

/** One service on one Auto Scaling group behind one capacity provider. */
export interface Cluster {
  service: Service;
  group: AutoScalingGroup;
  provider: CapacityProvider;
}

export type ClusterSettings = SchedulerSettings & GroupSettings & ManagedScalingSettings;

/** One look of all three, a second or less after the last: the scheduler, the capacity provider, then the group. */
export function stepCluster(
  cluster: Cluster,
  settings: ClusterSettings,
  uniform: (instanceNumber: number) => number,
  now: number,
): Cluster {
  const surroundings = { instances: cluster.group.instances, otherTasks: [] };
  const service = stepService(cluster.service, surroundings, settings, now);

  const observed = { ...cluster.group, tasks: service.tasks };
  const { provider, order } = stepCapacityProvider(cluster.provider, observed, settings, now);
  const ordered = order
    ? setGroupDesired(releaseInstances(cluster.group, order.released), order.desired)
    : cluster.group;
  return { service, provider, group: stepGroup(ordered, service.tasks, settings, uniform, now) };
}
