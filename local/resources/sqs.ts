import * as z from "zod";
import type { Cloud } from "../cloud.ts";
import { arnOf } from "../gateway/account.ts";
import { resourcePolicySchema } from "../gateway/resource-policy.ts";
import { jsonText, noEffects, type ResourceHandler, resource } from "./resource.ts";

export const sqs: Record<string, ResourceHandler> = {
  "aws:sqs/queue:Queue": resource(
    z.strictObject({
      visibilityTimeoutSeconds: z.number().optional(),
      receiveWaitTimeSeconds: z.number().optional(),
      messageRetentionSeconds: z.number().optional(),
      maxMessageSize: z.number().optional(),
      redrivePolicy: z.string().optional(),
      fifoQueue: z.boolean().optional(),
      deduplicationScope: z.string().optional(),
      fifoThroughputLimit: z.string().optional(),
      ...noEffects("messages stay in memory", "sqsManagedSseEnabled", "kmsMasterKeyId"),
    }),
    async ({ inputs, physicalName, cloud }) => {
      const attributes = {
        VisibilityTimeout: inputs.visibilityTimeoutSeconds,
        ReceiveMessageWaitTimeSeconds: inputs.receiveWaitTimeSeconds,
        MessageRetentionPeriod: inputs.messageRetentionSeconds,
        MaximumMessageSize: inputs.maxMessageSize,
        RedrivePolicy: inputs.redrivePolicy,
        FifoQueue: inputs.fifoQueue,
        DeduplicationScope: inputs.deduplicationScope,
        FifoThroughputLimit: inputs.fifoThroughputLimit,
      };
      // As Pulumi names a FIFO queue.
      const queueName = inputs.fifoQueue ? `${physicalName}.fifo` : physicalName;
      const answer = await perform(cloud, "CreateQueue", {
        QueueName: queueName,
        Attributes: Object.fromEntries(
          Object.entries(attributes)
            .filter(([, value]) => value !== undefined)
            .map(([name, value]) => [name, String(value)]),
        ),
      });
      const url = (answer as { QueueUrl: string }).QueueUrl;
      return { id: url, outputs: { url, arn: arnOf(cloud.place, "sqs", queueName), name: queueName } };
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
  // It decides about AWS services. Roles are checked by their own policies.
  "aws:sqs/queuePolicy:QueuePolicy": resource(
    z.strictObject({ queueUrl: z.string(), policy: jsonText(resourcePolicySchema) }),
    ({ inputs, cloud }) => {
      const name = inputs.queueUrl.split("/").at(-1) ?? "";
      cloud.queuePolicies.set(arnOf(cloud.place, "sqs", name), inputs.policy);
      return { id: inputs.queueUrl, outputs: {} };
    },
  ),
};

function perform(cloud: Cloud, action: string, input: object): Promise<object> {
  return cloud.sqs.handle(action, input, new AbortController().signal);
}
