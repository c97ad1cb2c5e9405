import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { JobType } from "../contract/job.ts";
import { limits } from "../contract/limits.ts";
import type { Config } from "./config.ts";
import { allow, type Statement, tlsOnly } from "./iam.ts";
import type { Keys } from "./keys.ts";

export const fourteenDaysSeconds = 14 * 24 * 3600;

export interface JobQueueArgs {
  config: Pick<Config, "visibilitySeconds" | "concurrency" | "ordered">;
  keys: Keys;
}

/** A queue for the jobs of one type, with their limit. Without a type it is the FIFO queue for jobs in groups. */
interface OtherQueue {
  name: string;
  type?: JobType;
  concurrency?: number;
  queue: aws.sqs.Queue;
}

/** The queues of job messages, the standard one and one for each type with a limit, the FIFO queue for jobs in groups, and their dead-letter queue. */
export class JobQueue extends pulumi.ComponentResource {
  /** The standard queue. */
  readonly queue: aws.sqs.Queue;
  readonly others: readonly OtherQueue[];
  readonly deadLetterQueue: aws.sqs.Queue;

  constructor(name: string, { config, keys }: JobQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:JobQueue", name, {}, options);
    const own = { parent: this };
    const encryption = encryptedWith(keys);

    this.deadLetterQueue = new aws.sqs.Queue(
      `${name}-dead`,
      { messageRetentionSeconds: fourteenDaysSeconds, ...encryption },
      own,
    );
    const settings = {
      visibilityTimeoutSeconds: config.visibilitySeconds,
      receiveWaitTimeSeconds: 20,
      messageRetentionSeconds: fourteenDaysSeconds,
      ...encryption,
    };
    const redrivePolicy = pulumi.jsonStringify({
      deadLetterTargetArn: this.deadLetterQueue.arn,
      maxReceiveCount: limits.maxReceiveCount,
    });
    this.queue = new aws.sqs.Queue(name, { ...settings, redrivePolicy }, own);
    const types = Object.entries(config.concurrency) as [JobType, number][];
    const typeQueues = types.map(([type, concurrency]) => {
      const queue = new aws.sqs.Queue(`${name}-${type}`, { ...settings, redrivePolicy }, own);
      return { name: type, type, concurrency, queue };
    });
    const ordered = config.ordered
      ? [{ name: "ordered", queue: new aws.sqs.Queue(`${name}-ordered`, { ...settings, ...fifo }, own) }]
      : [];
    this.others = [...typeQueues, ...ordered];
    new aws.sqs.RedriveAllowPolicy(
      `${name}-dead`,
      {
        queueUrl: this.deadLetterQueue.url,
        redriveAllowPolicy: pulumi.jsonStringify({
          redrivePermission: "byQueue",
          sourceQueueArns: [this.queue, ...typeQueues.map(({ queue }) => queue)].map(({ arn }) => arn),
        }),
      },
      own,
    );
    refusePlaintext(name, this.queue, own);
    for (const other of this.others) refusePlaintext(`${name}-${other.name}`, other.queue, own);
    refusePlaintext(`${name}-dead`, this.deadLetterQueue, own);
    this.registerOutputs({ queueUrl: this.queue.url, deadLetterQueueUrl: this.deadLetterQueue.url });
  }

  /** Tells deployed code the addresses of the queues. */
  environment(): { QUEUE_URL: pulumi.Output<string>; MORE_QUEUES?: pulumi.Output<string> } {
    if (this.others.length === 0) return { QUEUE_URL: this.queue.url };
    const others = this.others.map(({ type, concurrency, queue }) => ({ url: queue.url, type, concurrency }));
    return { QUEUE_URL: this.queue.url, MORE_QUEUES: pulumi.jsonStringify(others) };
  }

  #arns(): pulumi.Output<string>[] {
    return [this.queue, ...this.others.map(({ queue }) => queue)].map(({ arn }) => arn);
  }

  sendStatement(): Statement {
    return allow(["sqs:SendMessage"], this.#arns());
  }

  countStatement(): Statement {
    return allow(["sqs:GetQueueAttributes"], this.#arns());
  }

  consumeStatement(): Statement {
    return allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"], this.#arns());
  }

  deadLetterStatement(): Statement {
    return allow(["sqs:SendMessage"], [this.deadLetterQueue.arn]);
  }
}

/**
 * High throughput: 300 calls a second are the limit of a partition, not of the queue.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
 * There is no redrive policy: a message that SQS moves away would let the later jobs of its group pass.
 */
const fifo = { fifoQueue: true, deduplicationScope: "messageGroup", fifoThroughputLimit: "perMessageGroupId" };

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
