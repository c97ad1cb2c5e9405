import type { Alarm, AlarmArgs } from "./alarms.ts";

/** What goes wrong on the road of a job, as its client would notice. */
export function jobAlarms({ config, queue, api }: AlarmArgs): Record<string, Alarm> {
  const oldestSeconds = longestWaitSeconds(config.waitTargetSeconds);
  return {
    "queue-age": {
      means: `The oldest ticket has waited for more than ${oldestSeconds} s; jobs should start within ${config.waitTargetSeconds} s.`,
      first:
        "see on the dashboard whether workers are missing (desired, running, instances) or busy (maxTasks reached).",
      // It leaves out tickets received three times or more: a job that kills its worker again and again is not seen here
      // but in the dead-letter queue. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
      ...sqs(queue.queue, "ApproximateAgeOfOldestMessage"),
      threshold: oldestSeconds,
      evaluationPeriods: 3,
      // SQS is silent about a queue that nobody used for six hours: nothing waits in it.
      treatMissingData: "notBreaching",
    },
    "dead-letters": {
      means: "Tickets that no worker could read, or that were received too often, lie in the dead-letter queue.",
      first: "read one of them and the workers' log of its job; after the cause is mended, redrive the queue.",
      ...sqs(queue.deadLetterQueue, "ApproximateNumberOfMessagesVisible"),
      threshold: 0,
      evaluationPeriods: 1,
      // After six hours SQS falls silent about this queue too, with the tickets still in it.
      treatMissingData: "ignore",
    },
    "api-5xx": {
      means: "The API answered 5 requests or more with a 5xx within five minutes.",
      first: "look for errors in the functions' logs; the access log names the routes.",
      // HTTP APIs call it 5xx, REST APIs 5XXError.
      namespace: "AWS/ApiGateway",
      metricName: "5xx",
      dimensions: { ApiId: api.id, Stage: "$default" },
      statistic: "Sum",
      period: 300,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 5,
      evaluationPeriods: 1,
      // No requests, no failures.
      treatMissingData: "notBreaching",
    },
  };
}

/** Ten times what was promised: scaling out and starting an instance takes minutes, which is no reason to wake anybody. */
export function longestWaitSeconds(waitTargetSeconds: number): number {
  return Math.max(10 * waitTargetSeconds, 300);
}

function sqs(queue: AlarmArgs["queue"]["queue"], metricName: string) {
  return {
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: queue.name },
    statistic: "Maximum",
    period: 60,
    comparisonOperator: "GreaterThanThreshold",
  };
}
