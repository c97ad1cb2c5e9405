import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** ARN pattern for all tasks or container instances of a cluster. ECS puts the cluster's name into their ARNs. */
export function partsOf(cluster: aws.ecs.Cluster, kind: "task" | "container-instance"): pulumi.Output<string> {
  return pulumi.interpolate`${cluster.arn.apply((arn) => arn.replace(":cluster/", `:${kind}/`))}/*`;
}
