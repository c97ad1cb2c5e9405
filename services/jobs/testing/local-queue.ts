import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";

export interface LocalQueues {
  client: SQSClient;
  endpoint: string;
  /** Like `client`, but without long polls. */
  impatientClient: SQSClient;
  /** Creates a queue with a dead-letter queue, like those of `infra/`. */
  createQueues(options: {
    visibilitySeconds: number;
    maxReceiveCount: number;
  }): Promise<{ queueUrl: string; deadLetterQueueUrl: string }>;
  /** Creates a queue for jobs in groups, like that of `infra/`. */
  createOrderedQueue(options: { visibilitySeconds: number }): Promise<string>;
  close(): Promise<void>;
}

/** SQS in the test's process. */
export async function startLocalQueues(): Promise<LocalQueues> {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ port: 0, host: "127.0.0.1" });
  const client = connect(endpoint);
  const impatientClient = connect(endpoint);
  impatientClient.middlewareStack.add(
    (next, context) => (args) => next(context.commandName === "ReceiveMessageCommand" ? withoutWaiting(args) : args),
    { step: "initialize" },
  );
  let queues = 0;

  async function create(name: string, attributes: Record<string, string>): Promise<{ url: string; arn: string }> {
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    const described = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    return { url: String(QueueUrl), arn: String(described.Attributes?.QueueArn) };
  }

  return {
    client,
    endpoint,
    impatientClient,
    async createQueues({ visibilitySeconds, maxReceiveCount }) {
      queues += 1;
      const dead = await create(`messages-${queues}-dead`, {});
      const queue = await create(`messages-${queues}`, {
        VisibilityTimeout: String(visibilitySeconds),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount }),
      });
      return { queueUrl: queue.url, deadLetterQueueUrl: dead.url };
    },
    async createOrderedQueue({ visibilitySeconds }) {
      queues += 1;
      const { url } = await create(`messages-${queues}.fifo`, {
        FifoQueue: "true",
        VisibilityTimeout: String(visibilitySeconds),
      });
      return url;
    },
    async close() {
      client.destroy();
      impatientClient.destroy();
      await app.close();
    },
  };
}

/** Uses the endpoint instead of the queue URL, whose host does not resolve. */
function connect(endpoint: string): SQSClient {
  return new SQSClient({
    endpoint,
    useQueueUrlAsEndpoint: false,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
}

function withoutWaiting<Args extends { input: object }>(args: Args): Args {
  return { ...args, input: { ...args.input, WaitTimeSeconds: 0 } };
}
