import type { Parameter } from "../model/capacity/parameters.ts";

const lambda = "https://docs.aws.amazon.com/lambda/latest/dg";
const sheet = "docs/model.md, Assumptions";

/** The numbers of Lambda in the comparison of computes, each with its unit in its name. */
export const parameters = {
  lambdaTimeoutMilliseconds: { value: 900_000, mark: "A", source: `${lambda}/gettingstarted-limits.html` },
  /** In MB. */
  lambdaMemoryMaximum: { value: 10_240, mark: "A", source: `${lambda}/gettingstarted-limits.html` },
  /** Of an account in a region; AWS raises it on request, and new accounts have less. */
  lambdaConcurrencyMaximum: { value: 1_000, mark: "A", source: `${lambda}/gettingstarted-limits.html` },
  /** Concurrent invocations with which a standard queue begins. */
  lambdaFromQueueMinimum: { value: 5, mark: "A", source: `${lambda}/services-sqs-scaling.html` },
  /** Further concurrent invocations each minute while messages wait. */
  lambdaFromQueuePerMinuteMaximum: { value: 300, mark: "A", source: `${lambda}/services-sqs-scaling.html` },
  /** AWS says from under 100 ms to over 1 s. */
  lambdaColdStartMilliseconds: { value: 500, mark: "D", source: sheet },
  /** AWS says "a non-deterministic period". */
  lambdaKeptWarmMilliseconds: { value: 300_000, mark: "D", source: sheet },
} as const satisfies Record<string, Parameter>;
