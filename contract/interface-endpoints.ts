import { isOnFargate } from "./compute.ts";
import type { Config } from "./config.ts";

/** AWS services that workers and the ECS agent call through interface endpoints. Each is billed per hour and zone. */
export function interfaceEndpoints({
  compute,
  exec,
  encryption,
  tracing,
  eventDetail,
}: Pick<Config, "compute" | "exec" | "encryption" | "tracing" | "eventDetail">): string[] {
  return [
    ...["ecr.api", "ecr.dkr"],
    // Fargate's own agents reach ECS without them: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
    ...(isOnFargate(compute) ? [] : ["ecs", "ecs-agent", "ecs-telemetry"]),
    ...["logs", "sqs"],
    ...(tracing ? ["xray"] : []),
    ...(eventDetail === "off" ? [] : ["sns"]),
    ...(exec ? ["ssmmessages"] : []),
    // SQS, DynamoDB and S3 call KMS themselves; only the agent of ECS Exec calls it from the instance.
    ...(exec && encryption === "customer-key" ? ["kms"] : []),
  ];
}
