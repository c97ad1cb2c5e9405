import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hasController } from "../../contract/environment.ts";
import { type DashboardNames, dashboardBody } from "./dashboard.ts";
import type { Watched } from "./watched.ts";

/** Creates the dashboard and returns its URL. */
export function createDashboard(
  name: string,
  args: Watched,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { region } = aws.getRegionOutput({}, options.parent ? { parent: options.parent } : {});
  // Dashboard names are global to the account; the region keeps stacks of one name in two regions apart.
  const dashboardName = pulumi.interpolate`${pulumi.getProject()}-${pulumi.getStack()}-${region}`;
  const names: pulumi.Output<DashboardNames> = pulumi.output({
    region,
    apiId: args.api.id,
    queueName: args.queue.queue.name,
    otherQueueNames: Object.fromEntries(args.queue.others.map(({ name, queue }) => [name, queue.name])),
    deadLetterQueueName: args.queue.deadLetterQueue.name,
    clusterName: args.cluster.cluster.name,
    serviceName: args.worker.service.name,
    ...(args.cluster.instances
      ? {
          instances: {
            groupName: args.cluster.instances.group.name,
            capacityProviderName: args.cluster.instances.capacityProvider.name,
          },
        }
      : {}),
    functionNames: Object.fromEntries(Object.entries(args.functions).map(([key, { name }]) => [key, name])),
    logGroupNames: [...Object.values(args.functions).map(logGroupOf), args.worker.logGroup.name],
    backlogTarget: args.backlogTarget,
    waitTargetSeconds: args.config.waitTargetSeconds,
    hasController: hasController(args.config),
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
