import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EventDetail } from "../contract/job-event.ts";
import type { Subscriber } from "../contract/subscriber.ts";
import type { Config } from "./config.ts";
import { type Archive, createArchive } from "./events/archive.ts";
import { allow, type Statement, tlsOnly } from "./iam.ts";
import type { Keys } from "./keys.ts";
import { encryptedWith, fourteenDaysSeconds } from "./queue.ts";

/** Environment variables and permissions with which code publishes events and sends replies. Both are empty if both are off. */
export interface EventAccess {
  environment: {
    EVENTS_TOPIC_ARN?: pulumi.Input<string>;
    ORDERED_EVENTS_TOPIC_ARN?: pulumi.Input<string>;
    EVENT_DETAIL?: EventDetail;
    REPLY_QUEUES?: string;
    API_URL?: pulumi.Input<string>;
  };
  statements: Statement[];
}

/** The topic for events of jobs, its subscribers, and the queue of what could not be delivered. */
export interface JobEvents {
  topic: aws.sns.Topic;
  /** For events of jobs in groups, if the stack keeps their order. */
  orderedTopic: aws.sns.Topic | undefined;
  undelivered: aws.sqs.Queue;
  /** Undefined if events are not archived. */
  archive: Archive | undefined;
  detail: EventDetail;
  publishStatements: Statement[];
}

export interface EventsArgs {
  config: Pick<Config, "eventDetail" | "subscribers" | "archiveEvents" | "protectData" | "ordered">;
  keys: Keys;
}

/** Registers nothing if events are off. */
export function createEvents(
  name: string,
  { config, keys }: EventsArgs,
  options: pulumi.ComponentResourceOptions,
): JobEvents | undefined {
  if (config.eventDetail === "off") return undefined;
  const component = new pulumi.ComponentResource("sluice:index:JobEvents", name, {}, options);
  const own = { parent: component };
  const topic = createTopic(name, {}, keys, own);
  const undelivered = createUndelivered(name, topic, keys, own);
  const ordered = config.ordered ? createTopic(`${name}-ordered`, { fifoTopic: true }, keys, own) : undefined;
  for (const subscriber of config.subscribers) {
    const isOrdered = subscriber.queue?.endsWith(".fifo") ?? false;
    if (!isOrdered) subscribe(name, subscriber, topic, undelivered.queue, own);
    else if (ordered) subscribe(name, subscriber, ordered, undefined, own);
  }
  const topics = [topic, ...(ordered ? [ordered] : [])];
  const archiving = { config, keys, topic, undelivered: undelivered.queue };
  return {
    topic,
    orderedTopic: ordered,
    archive: config.archiveEvents ? createArchive(`${name}-archive`, archiving, own) : undefined,
    undelivered: undelivered.queue,
    detail: config.eventDetail,
    publishStatements: [
      allow(
        ["sns:Publish"],
        topics.map(({ arn }) => arn),
      ),
      ...keys.useStatements("sns"),
    ],
  };
}

/** For code that ends jobs. Events and replies of succeeded jobs name the result by the API's address. */
export function eventAccess(
  events: JobEvents | undefined,
  { replyQueues }: Pick<Config, "replyQueues">,
  apiUrl?: pulumi.Input<string>,
): EventAccess {
  const queues = Object.values(replyQueues);
  if (events === undefined && queues.length === 0) return { environment: {}, statements: [] };
  return {
    environment: {
      ...(events ? { EVENTS_TOPIC_ARN: events.topic.arn, EVENT_DETAIL: events.detail } : {}),
      ...(events?.orderedTopic ? { ORDERED_EVENTS_TOPIC_ARN: events.orderedTopic.arn } : {}),
      ...replyNames({ replyQueues }),
      ...(apiUrl === undefined ? {} : { API_URL: apiUrl }),
    },
    statements: [
      ...(events?.publishStatements ?? []),
      ...(queues.length > 0 ? [allow(["sqs:SendMessage"], queues)] : []),
    ],
  };
}

/** For code that accepts jobs: the names that a request may have in replyTo. */
export function replyNames({ replyQueues }: Pick<Config, "replyQueues">): { REPLY_QUEUES?: string } {
  return Object.keys(replyQueues).length === 0 ? {} : { REPLY_QUEUES: JSON.stringify(replyQueues) };
}

/** Without a customer managed key it is not encrypted at rest. Events contain ids, states and error messages, no payloads and results. */
function createTopic(
  name: string,
  kind: Pick<aws.sns.TopicArgs, "fifoTopic">,
  keys: Keys,
  options: pulumi.CustomResourceOptions,
): aws.sns.Topic {
  const topic = new aws.sns.Topic(
    name,
    {
      displayName: "Sluice jobs",
      // Version 1 signs with SHA-1.
      signatureVersion: 2,
      ...kind,
      ...(keys.arn ? { kmsMasterKeyId: keys.arn } : {}),
    },
    options,
  );
  new aws.sns.TopicPolicy(
    name,
    {
      arn: topic.arn,
      policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: [tlsOnly("sns:Publish", topic.arn)] }),
    },
    options,
  );
  return topic;
}

/** Receives events that SNS could not deliver: the endpoint refused them, or its retries are used up. */
function createUndelivered(name: string, topic: aws.sns.Topic, keys: Keys, options: pulumi.CustomResourceOptions) {
  const queue = new aws.sqs.Queue(
    `${name}-undelivered`,
    { messageRetentionSeconds: fourteenDaysSeconds, ...encryptedWith(keys) },
    options,
  );
  const policy = new aws.sqs.QueuePolicy(
    `${name}-undelivered`,
    {
      queueUrl: queue.url,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          tlsOnly("sqs:*", queue.arn),
          {
            Sid: "Events",
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: queue.arn,
            Condition: { ArnEquals: { "aws:SourceArn": topic.arn } },
          },
        ],
      }),
    },
    options,
  );
  return { queue, policy };
}

/**
 * Named by its endpoint, so that the order of the list does not matter. A FIFO queue has no queue for what could not be delivered:
 * it would have to be a FIFO queue too, and the events after it would have come without it.
 */
function subscribe(
  name: string,
  { email, https, queue, filter }: Subscriber,
  topic: aws.sns.Topic,
  undelivered: aws.sqs.Queue | undefined,
  options: pulumi.CustomResourceOptions,
): void {
  const endpoint = email ?? https ?? queue ?? "";
  const protocol = email !== undefined ? "email" : queue !== undefined ? "sqs" : (endpoint.split(":")[0] ?? "");
  const hash = createHash("sha256").update(endpoint).digest("hex").slice(0, 8);
  new aws.sns.TopicSubscription(
    `${name}-${protocol}-${hash}`,
    {
      topic: topic.arn,
      protocol,
      endpoint,
      ...(filter === undefined ? {} : { filterPolicy: JSON.stringify(filter) }),
      ...(email === undefined && undelivered
        ? { redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: undelivered.arn }) }
        : {}),
    },
    options,
  );
}
