import type { EventDetail } from "../../contract/job-event.ts";
import { AppError } from "../../runtime/errors.ts";
import { type AwsEnvironment, connectHastyQueue } from "../../runtime/json-client/connect.ts";
import type { Log } from "../../runtime/log.ts";
import type { JobRecords } from "../jobs/ports.ts";
import { createEventStore, type EventDeps } from "./event-store.ts";

/** The environment variables of code that ends jobs. Without a topic and reply queues nothing is written or published. */
export interface EventEnvironment extends Omit<AwsEnvironment, "AWS_REGION"> {
  EVENTS_TOPIC_ARN?: string | undefined;
  ORDERED_EVENTS_TOPIC_ARN?: string | undefined;
  EVENT_DETAIL?: EventDetail | undefined;
  REPLY_QUEUES?: Record<string, string> | undefined;
  API_URL?: string | undefined;
}

/** The given store, with events and replies if the stack has them. */
export async function withEvents<Store extends JobRecords>(
  store: Store,
  environment: EventEnvironment,
  log: Log,
): Promise<Store> {
  const { EVENT_DETAIL: detail = "off", API_URL: apiUrl } = environment;
  const deps = await connectEvents(environment, log);
  return deps === undefined ? store : createEventStore(store, deps, { detail, apiUrl });
}

/** Loads the clients of SNS and SQS, which cost start time and memory, only where there is a topic or a reply queue. */
export async function connectEvents(environment: EventEnvironment, log: Log): Promise<EventDeps | undefined> {
  const { EVENTS_TOPIC_ARN: topicArn, REPLY_QUEUES: queues } = environment;
  if (topicArn === undefined && queues === undefined) return undefined;
  return {
    publish: topicArn === undefined ? refuse("an event, but no topic") : await connectPublisher(topicArn, environment),
    reply:
      queues === undefined ? refuse("a reply, but no reply queue") : await connectReplier(queues, environment, log),
    isOrdered: environment.ORDERED_EVENTS_TOPIC_ARN !== undefined,
    log,
  };
}

async function connectPublisher(
  topicArn: string,
  { ORDERED_EVENTS_TOPIC_ARN: orderedTopicArn }: EventEnvironment,
): Promise<EventDeps["publish"]> {
  const { createHastyTopicClient, createPublisher } = await import("./publish-event.ts");
  return createPublisher({ client: createHastyTopicClient(), topicArn, orderedTopicArn });
}

async function connectReplier(
  queues: Record<string, string>,
  environment: EventEnvironment,
  log: Log,
): Promise<EventDeps["reply"]> {
  const { createReplier } = await import("./send-reply.ts");
  return createReplier({
    openClient: (region) => connectHastyQueue({ ...environment, AWS_REGION: region }),
    queues,
    log,
  });
}

/** The job ended under another configuration. What it left is kept until the configuration has its receiver again. */
function refuse(found: string) {
  return async () => {
    throw new AppError("no-receiver", `The job has ${found} is configured.`);
  };
}
