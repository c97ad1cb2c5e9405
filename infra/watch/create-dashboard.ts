import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type DashboardNames, dashboardBody } from "./dashboard.ts";
import type { WatchArgs } from "./watch.ts";

/** Returns the address at which people find it. */
export function createDashboard(
  name: string,
  args: WatchArgs,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { region } = aws.getRegionOutput({}, options.parent ? { parent: options.parent } : {});
  // A dashboard's name is its account's, not a region's: stacks of one name in two regions would share one.
  const dashboardName = pulumi.interpolate`${pulumi.getProject()}-${pulumi.getStack()}-${region}`;
  const names: pulumi.Output<DashboardNames> = pulumi.output({
    region,
    apiId: args.api.id,
    queueName: args.queue.queue.name,
    deadLetterQueueName: args.queue.deadLetterQueue.name,
    clusterName: args.cluster.cluster.name,
    serviceName: args.worker.service.name,
    groupName: args.cluster.group.name,
    capacityProviderName: args.cluster.capacityProvider.name,
    functionNames: Object.fromEntries(Object.entries(args.functions).map(([key, { name }]) => [key, name])),
    logGroupNames: [...Object.values(args.functions).map(logGroupOf), args.worker.logGroup.name],
    backlogTarget: args.backlogTarget,
    waitTargetSeconds: args.config.waitTargetSeconds,
  });
  const dashboard = new aws.cloudwatch.Dashboard(
    name,
    { dashboardName, dashboardBody: pulumi.jsonStringify(names.apply(dashboardBody)) },
    options,
  );
  return pulumi.interpolate`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
}

function logGroupOf({ loggingConfig }: aws.lambda.Function): pulumi.Output<string> {
  return loggingConfig.apply(({ logGroup }) => logGroup);
}
