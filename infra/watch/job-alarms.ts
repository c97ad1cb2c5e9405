import type { Alarm } from "./alarm.ts";
import type { Watched } from "./watched.ts";

/** Alarms for failures that clients notice. */
export function jobAlarms({ config, queue, inbox, events, api }: Watched): Record<string, Alarm> {
  const oldestSeconds = queueAgeLimitSeconds(config.waitTargetSeconds);
  return {
    "queue-age": {
      means: `The oldest message has waited for more than ${oldestSeconds} s; jobs should start within ${config.waitTargetSeconds} s.`,
      first: "check on the dashboard whether workers are missing (desired, running, instances) or maxTasks is reached.",
      // The metric ignores messages received three times or more: a job that kills its worker repeatedly shows up in the
      // dead-letter queue instead. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
      ...sqs(queue.queue, "ApproximateAgeOfOldestMessage"),
      threshold: oldestSeconds,
      evaluationPeriods: 3,
      // SQS publishes no metrics for a queue that was idle for six hours; such a queue is empty.
      treatMissingData: "notBreaching",
    },
    "dead-letters": {
      means:
        "The dead-letter queue holds messages of failed jobs, or messages that were malformed or received too often.",
      first: "read a message and the workers' log of its job; fix the cause, then redrive the queue.",
      ...sqs(queue.deadLetterQueue, "ApproximateNumberOfMessagesVisible"),
      threshold: 0,
      evaluationPeriods: 1,
      // SQS stops publishing after six idle hours, while the messages are still there: keep the alarm's state.
      treatMissingData: "ignore",
    },
    ...(inbox
      ? {
          "inbox-dead-letters": {
            means: "The inbox's dead-letter queue holds messages or files that did not become jobs.",
            first: "read the attribute Reason of a message; fix the cause, then redrive the queue.",
            ...sqs(inbox.deadLetterQueue, "ApproximateNumberOfMessagesVisible"),
            threshold: 0,
            evaluationPeriods: 1,
            // As for dead-letters.
            treatMissingData: "ignore" as const,
          },
        }
      : {}),
    ...(events
      ? {
          "events-undelivered": {
            means: "A queue or an endpoint that is subscribed to the events of jobs did not take some of them.",
            first: "check the subscriber; the queue of undelivered events has their text.",
            ...sqs(events.undelivered, "ApproximateNumberOfMessagesVisible"),
            threshold: 0,
            evaluationPeriods: 1,
            // As for dead-letters.
            treatMissingData: "ignore" as const,
          },
        }
      : {}),
    ...(events?.archive
      ? {
          "events-not-archived": {
            means:
              "Events of jobs wait for more than 15 minutes to be written to the archive. Firehose drops them after 24 hours.",
            first: "check the stream's errors, and the permissions of its role on bucket and key.",
            namespace: "AWS/Firehose",
            metricName: "DeliveryToS3.DataFreshness",
            dimensions: { DeliveryStreamName: events.archive.stream.name },
            statistic: "Maximum",
            period: 300,
            comparisonOperator: "GreaterThanThreshold",
            threshold: 900,
            evaluationPeriods: 1,
            // The metric exists while there are events to write.
            treatMissingData: "notBreaching" as const,
          },
        }
      : {}),
    "api-5xx": {
      means: "The API answered five or more requests with 5xx within five minutes.",
      first:
        "read the functions' logs for errors; the access log names routes and addresses. 503 of a GET without a log line: all of statusConcurrency is in use.",
      // The metric is 5xx for HTTP APIs and 5XXError for REST APIs.
      namespace: "AWS/ApiGateway",
      metricName: "5xx",
      dimensions: { ApiId: api.id, Stage: "$default" },
      statistic: "Sum",
      period: 300,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 5,
      evaluationPeriods: 1,
      // Without requests there are no failures.
      treatMissingData: "notBreaching",
    },
  };
}

/** Ten times the wait target, at least 300 s: scale-out and instance boot take minutes and need no operator. */
export function queueAgeLimitSeconds(waitTargetSeconds: number): number {
  return Math.max(10 * waitTargetSeconds, 300);
}

function sqs(queue: Watched["queue"]["queue"], metricName: string) {
  return {
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: queue.name },
    statistic: "Maximum",
    period: 60,
    comparisonOperator: "GreaterThanThreshold",
  };
}
