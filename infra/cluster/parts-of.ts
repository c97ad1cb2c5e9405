import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Everything of one kind in a cluster, whose ids are unknown beforehand: ECS names them after the cluster. */
export function partsOf(cluster: aws.ecs.Cluster, kind: "task" | "container-instance"): pulumi.Output<string> {
  return pulumi.interpolate`${cluster.arn.apply((arn) => arn.replace(":cluster/", `:${kind}/`))}/*`;
}
