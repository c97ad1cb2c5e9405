import { AwsError } from "./aws-error.ts";
import type { Cloud } from "./cloud.ts";
import { admits } from "./gateway/resource-policy.ts";

/**
 * Sends a message to a queue on behalf of an AWS service, such as `sns.amazonaws.com` for a topic.
 * @throws AwsError AccessDenied if the queue's policy does not admit the service for this source
 */
export async function sendAsService(
  cloud: Cloud,
  { service, sourceArn }: { service: string; sourceArn: string },
  queueArn: string,
  message: { MessageBody: string; MessageGroupId?: string; MessageDeduplicationId?: string },
): Promise<void> {
  const policy = cloud.queuePolicies.get(queueArn);
  const context = {
    "aws:SourceArn": [sourceArn],
    "aws:SourceAccount": [cloud.place.accountId],
    "aws:SecureTransport": ["true"],
  };
  if (!policy || !admits(policy, { service }, { action: "sqs:SendMessage", resource: queueArn, context })) {
    throw new AwsError("AccessDenied", `The policy of ${queueArn} does not admit ${service} for ${sourceArn}.`, 403);
  }
  const QueueUrl = queueArn.split(":").at(-1);
  await cloud.sqs.handle("SendMessage", { QueueUrl, ...message }, new AbortController().signal);
}
