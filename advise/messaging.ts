import { type Answers, type Asked, type Questions, type Tree, walk } from "./tree.ts";

export const messagingQuestions = {
  protocol: {
    kind: "choice",
    ask: "Do programs that cannot be changed speak JMS, AMQP, MQTT, STOMP or OpenWire?",
    hint: "Look for a message broker in the configuration of the existing programs.",
    choices: { yes: "yes", no: "no" },
  },
  replay: {
    kind: "choice",
    ask: "Must readers be able to read again what was read before?",
    hint: "Would a new reader, or one with a corrected error, start from last week's data?",
    choices: { yes: "yes", no: "no" },
  },
  readers: {
    kind: "choice",
    ask: "How many systems need each message?",
    hint: "Count systems, not the workers of one system. Those share a queue.",
    choices: {
      one: "one, which processes each message once",
      several: "several, each for itself",
      archive: "none at once: the messages are collected in S3 for analysis",
    },
  },
  order: {
    kind: "choice",
    ask: "Must messages with the same key be processed in their order?",
    hint: "What happens if an update overtakes the creation?",
    choices: { yes: "yes", no: "no" },
  },
} as const satisfies Questions;

/** It changes no choice; a month's cost needs it. */
export const messagingLoadQuestions = {
  "messages-per-month": {
    kind: "number",
    least: 1,
    most: 1e15,
    isWhole: true,
    ask: "How many messages are sent in a month?",
    hint: "Count the calls of the senders.",
  },
} as const satisfies Questions;

export interface MessagingLeaf {
  choice: string;
  why: string;
  others: string;
}

export const messagingLeaves = {
  mq: {
    choice: "Amazon MQ (ActiveMQ or RabbitMQ)",
    why: "A broker speaks the protocols of existing programs, so they only get another address.",
    others: "SQS and SNS need the programs to call their own API; they have no brokers to size.",
  },
  kinesis: {
    choice: "Kinesis Data Streams",
    why: "A stream keeps its records whether they were read or not, so any reader can start again at any of them.",
    others: "A queue deletes what was processed, and a topic keeps nothing.",
  },
  firehose: {
    choice: "Amazon Data Firehose to S3",
    why: "Firehose collects records into files in S3, without a reader to write; a topic can feed it directly.",
    others: "A queue would need a reader that writes the files.",
  },
  "sns-fifo": {
    choice: "SNS FIFO topic with an SQS FIFO queue for each system",
    why: "Each system gets each message in its own queue, in the order within a message group.",
    others: "A standard topic does not keep the order.",
  },
  sns: {
    choice: "SNS topic with an SQS queue for each system",
    why: "The topic copies each message to the queues whose filter policy it matches; each system fails and retries for itself.",
    others: "With one queue, the systems would take messages away from each other.",
  },
  "sqs-fifo": {
    choice: "SQS FIFO queue",
    why: "Messages of one group are received one after another, and a deduplication id removes repetitions within five minutes.",
    others: "A standard queue does not keep the order; a stream stops a whole shard at a record that fails.",
  },
  sqs: {
    choice: "SQS standard queue",
    why: "Each message is a piece of work for any worker, with its own retries, its own delay and a dead-letter queue.",
    others: "A topic keeps no backlog, and a stream has no retry of a single record; a broker has to be sized.",
  },
} as const satisfies Record<string, MessagingLeaf>;

export type MessagingLeafName = keyof typeof messagingLeaves;

const leaf = (name: MessagingLeafName): Tree => ({ leaf: name });

const byOrder = (ordered: MessagingLeafName, free: MessagingLeafName): Tree => ({
  question: "order",
  branches: [{ if: { is: "yes" }, to: leaf(ordered) }, { to: leaf(free) }],
});

export const messagingTree: Tree = {
  question: "protocol",
  branches: [
    { if: { is: "yes" }, to: leaf("mq") },
    {
      to: {
        question: "replay",
        branches: [
          { if: { is: "yes" }, to: leaf("kinesis") },
          {
            to: {
              question: "readers",
              branches: [
                { if: { is: "archive" }, to: leaf("firehose") },
                { if: { is: "several" }, to: byOrder("sns-fifo", "sns") },
                { to: byOrder("sqs-fifo", "sqs") },
              ],
            },
          },
        ],
      },
    },
  ],
};

/** Facts about queue, topic, stream and broker. An answer that meets `rulesOut` rules the service out. */
export interface MessagingFact {
  service: "SQS" | "SNS" | "Kinesis" | "MQ";
  text: string;
  source: string;
  rulesOut?: { question: keyof typeof messagingQuestions; answer: string };
}

const protocol = { question: "protocol", answer: "yes" } as const;
const replay = { question: "replay", answer: "yes" } as const;

export const messagingFacts: readonly MessagingFact[] = [
  {
    service: "SQS",
    text: "A processed message is deleted. One that was not is kept for 14 days at most.",
    source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
    rulesOut: replay,
  },
  {
    service: "SQS",
    text: "A message has at most 1 MiB, a delay at most 15 minutes.",
    source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html",
  },
  {
    service: "SQS",
    text: "Programs call SQS's own HTTPS API.",
    source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html",
    rulesOut: protocol,
  },
  {
    service: "SNS",
    text: "A topic delivers messages and keeps none for reading (only FIFO topics can archive them).",
    source: "https://docs.aws.amazon.com/sns/latest/dg/fifo-message-archiving-replay.html",
    rulesOut: replay,
  },
  {
    service: "SNS",
    text: "A message has 256 KiB, with the attribute MaximumMessageSize up to 1 MiB.",
    source: "https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html",
  },
  {
    service: "SNS",
    text: "Subscribers are queues, functions, Firehose streams, HTTP endpoints, e-mail and phones.",
    source: "https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
    rulesOut: protocol,
  },
  {
    service: "Kinesis",
    text: "A shard takes 1 MB and 1,000 records a second. Order holds within a shard.",
    source: "https://docs.aws.amazon.com/streams/latest/dev/working-with-streams.html",
  },
  {
    service: "Kinesis",
    text: "Records are kept for 24 hours, at most for 365 days, and none is deleted when it was processed.",
    source: "https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html",
  },
  {
    service: "Kinesis",
    text: "Producers call Kinesis's own API or its libraries.",
    source: "https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html",
    rulesOut: protocol,
  },
  {
    service: "MQ",
    text: "A broker is an instance, or a group of them, with a size that you choose and pay for by the hour.",
    source: "https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/welcome.html",
  },
];

/** How the records of a stream become jobs. */
export const kinesisToInbox: readonly string[] = [
  "An EventBridge Pipe reads the stream and sends each record as a message to an inbox queue, whose messages become jobs. No code is needed.",
  "The source is the stream. Start at TRIM_HORIZON for all records that are kept, or at LATEST. A filter lets through only the records that are jobs.",
  "The batch size is 10 at most, because an SQS target takes 10 messages at once.",
  "The pipe's input template makes a job request of the record's data. Take the job's id from the record, such as its sequence number, because a pipe may deliver a record twice.",
  "The pipe keeps the order of a shard, and a standard queue does not keep it.",
  "A record that cannot be sent holds up its shard. Set a number of retries, a maximum age and a dead-letter queue on the source.",
  "The pipe's role may read the stream and send to this queue; the queue's policy must admit the role's account.",
];

export const kinesisToInboxSources: readonly string[] = [
  "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html",
  "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html",
  "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html",
];

export interface MessagingAdvice {
  kind: "advice";
  leaf: MessagingLeafName;
  ruledOut: readonly MessagingFact[];
}

/** Chooses queue, topic, stream or broker, or asks. */
export function adviseMessaging(answers: Answers): MessagingAdvice | Asked {
  if (answers.replay === "yes" && answers.protocol === "yes") {
    return {
      kind: "question",
      question: "protocol",
      mayFollow: [],
      contradiction:
        "--protocol asks for a broker and --replay for a stream, and none is both. Can the programs be changed, or can replay be left out?",
    };
  }
  const { end } = walk(messagingTree, answers);
  if ("question" in end) return { kind: "question", contradiction: undefined, ...end };
  const ruledOut = messagingFacts.filter(({ rulesOut }) => rulesOut && answers[rulesOut.question] === rulesOut.answer);
  return { kind: "advice", leaf: end.leaf as MessagingLeafName, ruledOut };
}
