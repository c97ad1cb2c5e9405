import type { EventDetail, JobEvent } from "../../contract/job-event.ts";
import type { Log } from "../../runtime/log.ts";
import type { JobRecords } from "../jobs/ports.ts";
import { createEventStore } from "./event-store.ts";

/** The environment variables of code that ends jobs. Without a topic no event is written or published. */
export interface EventEnvironment {
  EVENTS_TOPIC_ARN?: string | undefined;
  EVENT_DETAIL?: EventDetail | undefined;
  API_URL?: string | undefined;
}

/** The given store, with events if the stack has them. */
export async function withEvents<Store extends JobRecords>(
  store: Store,
  environment: EventEnvironment,
  log: Log,
): Promise<Store> {
  const { EVENTS_TOPIC_ARN: topicArn, EVENT_DETAIL: detail = "off", API_URL: apiUrl } = environment;
  if (topicArn === undefined) return store;
  return createEventStore(store, { publish: await connectPublisher(topicArn), log }, { detail, apiUrl });
}

/** Loads the client of SNS, which costs start time and memory, only where there is a topic. */
export async function connectPublisher(topicArn: string): Promise<(event: JobEvent) => Promise<void>> {
  const { createHastyTopicClient, createPublisher } = await import("./publish-event.ts");
  return createPublisher({ client: createHastyTopicClient(), topicArn });
}
