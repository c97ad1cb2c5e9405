import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * Events of ECS that no metric shows: a deployment that was rolled back, tasks that cannot be started or placed. Both kinds
 * of event name the service's ARN as their only resource.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 */
export function createServiceEvents(
  name: string,
  service: aws.ecs.Service,
  topic: aws.sns.Topic,
  options: pulumi.CustomResourceOptions,
): aws.cloudwatch.EventRule {
  const rule = new aws.cloudwatch.EventRule(
    `${name}-service`,
    {
      description: "The service cannot be deployed, or its tasks cannot start",
      eventPattern: pulumi.jsonStringify({
        source: ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change", "ECS Service Action"],
        resources: [service.arn],
        detail: { eventName: failureEvents },
      }),
    },
    options,
  );
  new aws.cloudwatch.EventTarget(
    `${name}-service`,
    {
      rule: rule.name,
      arn: topic.arn,
      inputTransformer: {
        inputPaths: {
          event: "$.detail.eventName",
          reason: "$.detail.reason",
          service: "$.resources[0]",
          time: "$.time",
        },
        inputTemplate: `"<event> at <time> in <service>. <reason> First check the service's events and its last stopped tasks."`,
      },
    },
    options,
  );
  return rule;
}

const failureEvents = [
  "SERVICE_DEPLOYMENT_FAILED",
  "SERVICE_TASK_START_IMPAIRED",
  "SERVICE_TASK_PLACEMENT_FAILURE",
  "SERVICE_TASK_CONFIGURATION_FAILURE",
];
