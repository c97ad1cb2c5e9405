/** Actions that a role may perform on all resources, with the reason why they name none. */
export const wildcards: Record<string, string> = {
  "ecr:GetAuthorizationToken": "a token for the whole registry: the action knows no resources",
  "ecs:DiscoverPollEndpoint": "the action knows no resources",
  "ecs:Poll": "instance ids are unknown before boot; the cluster is a condition",
  "ecs:StartTelemetrySession": "instance ids are unknown before boot; the cluster is a condition",
  "xray:PutTraceSegments": "the action knows no resources",
  "xray:PutTelemetryRecords": "the action knows no resources",
  "cloudwatch:PutMetricData": "metrics have no ARN; the namespace is a condition",
  "application-autoscaling:DescribeScalableTargets": "the action knows no resources",
  "autoscaling:DescribeAutoScalingGroups": "the action knows no resources",
  "ssmmessages:CreateControlChannel": "shells (ECS Exec): the action knows no resources",
  "ssmmessages:CreateDataChannel": "shells (ECS Exec): the action knows no resources",
  "ssmmessages:OpenControlChannel": "shells (ECS Exec): the action knows no resources",
  "ssmmessages:OpenDataChannel": "shells (ECS Exec): the action knows no resources",
  "logs:DescribeLogGroups": "shells (ECS Exec): the agent looks for its log in the list of all, as AWS prescribes",
};
