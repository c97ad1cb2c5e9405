import { z } from "zod";
import type { Cloud } from "../cloud.ts";
import { createMissingQueue } from "../create-missing-queue.ts";
import { arnOf } from "../gateway/account.ts";
import { toDeliveryStream, toEndpoint, toMailFile, toQueue } from "../sns/deliver.ts";
import { readFilterPolicy, type Subscription } from "../sns/sns.ts";
import { jsonText, nameOnly, noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";

const subscriptionSchema = z.strictObject({
  topic: z.string(),
  protocol: z.enum(["email", "https", "http", "sqs", "firehose"]),
  endpoint: z.string(),
  subscriptionRoleArn: z.string().optional(),
  filterPolicy: z.string().optional(),
  redrivePolicy: jsonText(z.strictObject({ deadLetterTargetArn: z.string() })).optional(),
});

export const sns: Record<string, ResourceHandler> = {
  "aws:sns/topic:Topic": resource(
    z.strictObject({
      signatureVersion: z.literal(2).optional(),
      fifoTopic: z.boolean().optional(),
      displayName: noEffect("the sender's name in a mail"),
      kmsMasterKeyId: noEffect("messages stay in memory"),
    }),
    ({ inputs, cloud, physicalName }) => {
      // As Pulumi names a FIFO topic.
      const topicName = inputs.fifoTopic ? `${physicalName}.fifo` : physicalName;
      const arn = arnOf(cloud.place, "sns", topicName);
      cloud.sns.createTopic(arn);
      cloud.cloudWatch.actions.set(arn, (alarm) => {
        const text = `alarm ${alarm.name} is ${alarm.state.value}`;
        cloud.options.onLine(`topic/${physicalName}`, text);
        cloud.sns.publish(arn, { default: text }, `${alarm.state.value}: ${alarm.name}`.slice(0, 99), {});
      });
      return { id: arn, outputs: { arn, name: topicName } };
    },
  ),
  "aws:sns/topicPolicy:TopicPolicy": nameOnly({
    arn: z.string(),
    ...noEffects("roles are checked by their own policies, and the laptop's services publish without one", "policy"),
  }),
  "aws:sns/topicSubscription:TopicSubscription": resource(
    subscriptionSchema,
    async ({ inputs, cloud, physicalName }) => {
      const arn = `${inputs.topic}:${physicalName}`;
      const { topic: topicArn, protocol, redrivePolicy } = inputs;
      cloud.sns.subscribe({
        arn,
        topicArn,
        protocol,
        filter: readFilterPolicy(inputs.filterPolicy),
        deliver: await delivererOf(cloud, arn, inputs),
        giveUp: redrivePolicy && toQueue(cloud, redrivePolicy.deadLetterTargetArn),
      });
      return { id: arn, outputs: { arn } };
    },
  ),
};

async function delivererOf(
  cloud: Cloud,
  arn: string,
  { protocol, endpoint, topic, subscriptionRoleArn }: z.infer<typeof subscriptionSchema>,
): Promise<Subscription["deliver"]> {
  if (protocol === "email") return toMailFile(cloud, endpoint);
  if (protocol === "firehose") return toDeliveryStream(cloud, endpoint, String(subscriptionRoleArn));
  if (protocol !== "sqs") return toEndpoint(cloud, { arn, topicArn: topic, url: endpoint });
  await createMissingQueue(cloud, endpoint);
  if (cloud.subscribedQueues.has(endpoint)) admitTopic(cloud, endpoint, topic);
  return toQueue(cloud, endpoint);
}

/** The policy that docs/events.md asks of a subscribed queue, for one that the laptop has created itself. */
function admitTopic(cloud: Cloud, queueArn: string, topicArn: string): void {
  const Statement = cloud.queuePolicies.get(queueArn)?.Statement ?? [];
  const admitting = {
    Effect: "Allow" as const,
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
  };
  cloud.queuePolicies.set(queueArn, { Version: "2012-10-17", Statement: [...Statement, admitting] });
}
