import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { ECSClient } from "@aws-sdk/client-ecs";
import { patience } from "../runtime/patience.ts";

/** A tick that waits for longer is overtaken by the next. */
const tickPatience = () => ({ requestHandler: patience(5_000) });

export const createMetricsClient = () => new CloudWatchClient(tickPatience());

export const createContainersClient = () => new ECSClient(tickPatience());
