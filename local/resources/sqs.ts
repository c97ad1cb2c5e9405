import { z } from "zod";
import type { Cloud } from "../cloud.ts";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";

const policyReason = "requests to 127.0.0.1 are plain; roles are checked by their own policies";

export const sqs: Record<string, ResourceHandler> = {
  "aws:sqs/queue:Queue": resource(
    z.strictObject({
      visibilityTimeoutSeconds: z.number().optional(),
      receiveWaitTimeSeconds: z.number().optional(),
      messageRetentionSeconds: z.number().optional(),
      redrivePolicy: z.string().optional(),
      sqsManagedSseEnabled: noEffect("messages stay in memory"),
      kmsMasterKeyId: noEffect("messages stay in memory"),
    }),
    async ({ inputs, physicalName, cloud }) => {
      const attributes = {
        VisibilityTimeout: inputs.visibilityTimeoutSeconds,
        ReceiveMessageWaitTimeSeconds: inputs.receiveWaitTimeSeconds,
        MessageRetentionPeriod: inputs.messageRetentionSeconds,
        RedrivePolicy: inputs.redrivePolicy,
      };
      const answer = await perform(cloud, "CreateQueue", {
        QueueName: physicalName,
        Attributes: Object.fromEntries(
          Object.entries(attributes)
            .filter(([, value]) => value !== undefined)
            .map(([name, value]) => [name, String(value)]),
        ),
      });
      const url = (answer as { QueueUrl: string }).QueueUrl;
      const arn = `arn:aws:sqs:${cloud.place.region}:${cloud.place.accountId}:${physicalName}`;
      return { id: url, outputs: { url, arn, name: physicalName } };
    },
  ),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": resource(
    z.strictObject({ queueUrl: z.string(), redriveAllowPolicy: z.string() }),
    async ({ inputs, cloud }) => {
      const Attributes = { RedriveAllowPolicy: inputs.redriveAllowPolicy };
      await perform(cloud, "SetQueueAttributes", { QueueUrl: inputs.queueUrl, Attributes });
      return { id: inputs.queueUrl, outputs: {} };
    },
  ),
  "aws:sqs/queuePolicy:QueuePolicy": resource(
    z.strictObject({ queueUrl: z.string(), policy: noEffect(policyReason) }),
    ({ inputs }) => ({ id: inputs.queueUrl, outputs: {} }),
  ),
};

function perform(cloud: Cloud, action: string, input: object): Promise<object> {
  return cloud.sqs.handle(action, input, new AbortController().signal);
}
