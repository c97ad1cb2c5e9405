import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { limits } from "../contract/limits.ts";
import type { Config } from "./config.ts";
import { allow, type Statement, tlsOnly } from "./iam.ts";
import type { Keys } from "./keys.ts";

export const fourteenDaysSeconds = 14 * 24 * 3600;

/** The queue of job messages and its dead-letter queue. */
export class JobQueue extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  readonly deadLetterQueue: aws.sqs.Queue;

  constructor(
    name: string,
    { config, keys }: { config: Pick<Config, "visibilitySeconds">; keys: Keys },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("sluice:index:JobQueue", name, {}, options);
    const own = { parent: this };
    const encryption = encryptedWith(keys);

    this.deadLetterQueue = new aws.sqs.Queue(
      `${name}-dead`,
      { messageRetentionSeconds: fourteenDaysSeconds, ...encryption },
      own,
    );
    this.queue = new aws.sqs.Queue(
      name,
      {
        visibilityTimeoutSeconds: config.visibilitySeconds,
        receiveWaitTimeSeconds: 20,
        messageRetentionSeconds: fourteenDaysSeconds,
        ...encryption,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetterQueue.arn,
          maxReceiveCount: limits.maxReceiveCount,
        }),
      },
      own,
    );
    new aws.sqs.RedriveAllowPolicy(
      `${name}-dead`,
      {
        queueUrl: this.deadLetterQueue.url,
        redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [this.queue.arn] }),
      },
      own,
    );
    refusePlaintext(name, this.queue, own);
    refusePlaintext(`${name}-dead`, this.deadLetterQueue, own);
    this.registerOutputs({ queueUrl: this.queue.url, deadLetterQueueUrl: this.deadLetterQueue.url });
  }

  sendStatement(): Statement {
    return allow(["sqs:SendMessage"], [this.queue.arn]);
  }

  countStatement(): Statement {
    return allow(["sqs:GetQueueAttributes"], [this.queue.arn]);
  }

  consumeStatement(): Statement {
    return allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"], [this.queue.arn]);
  }

  deadLetterStatement(): Statement {
    return allow(["sqs:SendMessage"], [this.deadLetterQueue.arn]);
  }
}

export function encryptedWith(keys: Keys): Pick<aws.sqs.QueueArgs, "kmsMasterKeyId" | "sqsManagedSseEnabled"> {
  if (!keys.arn) return { sqsManagedSseEnabled: true };
  return { kmsMasterKeyId: keys.arn };
}

function refusePlaintext(name: string, queue: aws.sqs.Queue, options: pulumi.CustomResourceOptions): void {
  new aws.sqs.QueuePolicy(
    name,
    {
      queueUrl: queue.url,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [tlsOnly("sqs:*", queue.arn)],
      }),
    },
    options,
  );
}
