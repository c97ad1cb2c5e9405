import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { tlsOnly } from "../iam.ts";
import type { Keys } from "../keys.ts";

/**
 * The topic for everything that needs an operator. Without a customer managed key it is not encrypted at rest: CloudWatch
 * cannot publish to a topic under the AWS managed key of SNS, whose policy cannot be changed. Messages contain names, states
 * and numbers of alarms, never payloads.
 * https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
 */
export function createAlarmTopic(
  name: string,
  { config, keys }: { config: Pick<Config, "alarmEmail">; keys: Pick<Keys, "arn"> },
  options: pulumi.CustomResourceOptions,
): aws.sns.Topic {
  const topic = new aws.sns.Topic(
    name,
    { displayName: "Sluice alarms", ...(keys.arn ? { kmsMasterKeyId: keys.arn } : {}) },
    options,
  );
  new aws.sns.TopicPolicy(name, { arn: topic.arn, policy: publishers(topic, options) }, options);
  if (config.alarmEmail !== "") {
    new aws.sns.TopicSubscription(name, { topic: topic.arn, protocol: "email", endpoint: config.alarmEmail }, options);
  }
  return topic;
}

function publishers(topic: aws.sns.Topic, options: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const { accountId } = aws.getCallerIdentityOutput({}, options.parent ? { parent: options.parent } : {});
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      tlsOnly("sns:Publish", topic.arn),
      {
        Sid: "Alarms",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topic.arn,
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
      {
        // EventBridge sends SNS no condition keys: with a condition, every event would be dropped silently.
        // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
        Sid: "Events",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topic.arn,
      },
    ],
  });
}
