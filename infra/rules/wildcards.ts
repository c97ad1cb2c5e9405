/** Actions that a role may do on every resource, each with the reason why it names none. */
export const wildcards: Record<string, string> = {
  "ecr:GetAuthorizationToken": "a token for the whole registry: the action knows no resources",
  "ecs:DiscoverPollEndpoint": "the action knows no resources",
  "ecs:Poll": "instance ids are unknown before boot; the cluster is a condition",
  "ecs:StartTelemetrySession": "instance ids are unknown before boot; the cluster is a condition",
  "xray:PutTraceSegments": "the action knows no resources",
  "xray:PutTelemetryRecords": "the action knows no resources",
  "cloudwatch:PutMetricData": "metrics have no ARN; the namespace is a condition",
};
