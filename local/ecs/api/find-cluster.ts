import { AwsError } from "../../aws-error.ts";
import type { EcsCluster } from "../cluster.ts";
import type { Service } from "../service.ts";

/** Finds a cluster by name or ARN. AWS's default is the cluster named "default", which Sluice does not have. */
export function findCluster(clusters: readonly EcsCluster[], nameOrArn = "default"): EcsCluster {
  const found = clusters.find(({ place }) => place.name === lastPart(nameOrArn));
  if (!found) throw new AwsError("ClusterNotFoundException", `Cluster not found: ${nameOrArn}.`);
  return found;
}

/** By name or ARN. */
export function findService(cluster: EcsCluster, nameOrArn: string): Service | undefined {
  return cluster.services().find(({ name }) => name === lastPart(nameOrArn));
}

export function lastPart(nameOrArn: string): string {
  return nameOrArn.split("/").at(-1) ?? nameOrArn;
}

/** AWS's JSON has times in seconds since the epoch. */
export function seconds(milliseconds: number): number;
export function seconds(milliseconds: number | undefined): number | undefined;
export function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1_000;
}

/** Failures for ARNs that do not exist. */
export function missing(arns: string[]): { arn: string; reason: "MISSING" }[] {
  return arns.map((arn) => ({ arn, reason: "MISSING" }));
}
