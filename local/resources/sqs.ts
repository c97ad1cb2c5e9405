import * as z from "zod";
import type { Cloud } from "../cloud.ts";
import { arnOf } from "../gateway/account.ts";
import { nameOnly, noEffect, noEffects, type ResourceHandler, resource } from "./resource.ts";

export const sqs: Record<string, ResourceHandler> = {
  "aws:sqs/queue:Queue": resource(
    z.strictObject({
      visibilityTimeoutSeconds: z.number().optional(),
      receiveWaitTimeSeconds: z.number().optional(),
      messageRetentionSeconds: z.number().optional(),
      redrivePolicy: z.string().optional(),
      ...noEffects("messages stay in memory", "sqsManagedSseEnabled", "kmsMasterKeyId"),
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
      return { id: url, outputs: { url, arn: arnOf(cloud.place, "sqs", physicalName), name: physicalName } };
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
  "aws:sqs/queuePolicy:QueuePolicy": nameOnly({
    queueUrl: z.string(),
    policy: noEffect("127.0.0.1 is served without TLS; roles are checked by their own policies"),
  }),
};

function perform(cloud: Cloud, action: string, input: object): Promise<object> {
  return cloud.sqs.handle(action, input, new AbortController().signal);
}
