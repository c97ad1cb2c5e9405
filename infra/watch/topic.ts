import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { tlsOnly } from "../iam.ts";
import type { Keys } from "../keys.ts";

/**
 * Where everything that needs a person goes. Without a key of the stack's own the topic is not encrypted at rest:
 * CloudWatch cannot publish under the key that AWS manages for SNS, as nobody can let it use that key. What passes here
 * are names, states and numbers of alarms, no payload of any job.
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
        // EventBridge sends SNS nothing to hold a condition against: with one, every event would be dropped without a word.
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
