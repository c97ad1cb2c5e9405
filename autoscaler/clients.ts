import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { ECSClient } from "@aws-sdk/client-ecs";
import { requestTimeouts } from "../runtime/request-timeouts.ts";

/** At most 5 s per request and one retry, as ticks are 10 s apart by default. */
const tickPatience = () => ({ requestHandler: requestTimeouts(5_000), maxAttempts: 2 });

export const createMetricsClient = () => new CloudWatchClient(tickPatience());

export const createContainersClient = () => new ECSClient(tickPatience());

export const createServiceScalingClient = () => new ApplicationAutoScalingClient(tickPatience());

export const createGroupsClient = () => new AutoScalingClient(tickPatience());
