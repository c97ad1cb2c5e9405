import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { inboxMaxReceiveCount, inboxVisibilitySeconds } from "../../contract/intake.ts";
import type { Config } from "../config.ts";
import { allow, type Statement } from "../iam.ts";
import type { Keys } from "../keys.ts";
import { encryptedWith, fourteenDaysSeconds } from "../queue.ts";
import { inboxPolicy } from "./inbox-policy.ts";

export interface Inbox {
  queue: aws.sqs.Queue;
  deadLetterQueue: aws.sqs.Queue;
  policy: aws.sqs.QueuePolicy;
  /** Permissions to take messages, and to move them to the dead-letter queue. */
  statements: Statement[];
}

/** The queue to which buckets, topics, rules and other accounts send, and its dead-letter queue. */
export function createInbox(
  name: string,
  { config, keys, dropBucketArn }: { config: Config; keys: Keys; dropBucketArn: pulumi.Input<string> | undefined },
  options: pulumi.CustomResourceOptions,
): Inbox {
  const deadLetterQueue = new aws.sqs.Queue(
    `${name}-dead`,
    { messageRetentionSeconds: fourteenDaysSeconds, ...encryptedWith(keys) },
    options,
  );
  const queue = new aws.sqs.Queue(
    name,
    {
      visibilityTimeoutSeconds: inboxVisibilitySeconds,
      messageRetentionSeconds: fourteenDaysSeconds,
      // Below SQS's limit, so that a message fits into the dead-letter queue together with the reason.
      maxMessageSize: 1_000_000,
      ...encryptedWith(keys),
      redrivePolicy: pulumi.jsonStringify({
        deadLetterTargetArn: deadLetterQueue.arn,
        maxReceiveCount: inboxMaxReceiveCount,
      }),
    },
    options,
  );
  new aws.sqs.RedriveAllowPolicy(
    `${name}-dead`,
    {
      queueUrl: deadLetterQueue.url,
      redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [queue.arn] }),
    },
    options,
  );
  const { accountId } = aws.getCallerIdentityOutput({}, options.parent ? { parent: options.parent } : {});
  const admitting = { inboxArn: queue.arn, senders: config.senders, dropBucketArn, accountId };
  const policy = new aws.sqs.QueuePolicy(name, { queueUrl: queue.url, policy: inboxPolicy(admitting) }, options);
  const closed = { inboxArn: deadLetterQueue.arn, senders: [], dropBucketArn: undefined, accountId };
  new aws.sqs.QueuePolicy(`${name}-dead`, { queueUrl: deadLetterQueue.url, policy: inboxPolicy(closed) }, options);
  return {
    queue,
    deadLetterQueue,
    policy,
    statements: [
      allow(
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
        [queue.arn],
      ),
      allow(["sqs:SendMessage"], [deadLetterQueue.arn]),
    ],
  };
}
