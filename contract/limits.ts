/** Limits that more than one part of the system must agree on. Sizes in bytes. */
export const limits = {
  /**
   * A payload or result up to this size stands in the job's record, beyond it in the bucket. Every write of a record, each
   * heartbeat too, is billed by its whole size (1 unit a KB), so that beyond a few KB an object costs less.
   */
  inlineBytes: 16 * 1024,
  /**
   * A request body beyond this is refused; larger inputs go through an upload. The body reaches the function as a text
   * within a JSON event of at most 6 MiB, where each quote and backslash takes two bytes.
   */
  requestBytes: 2.5 * 1024 * 1024,
  /** Lists and objects within each other in a request. */
  requestDepth: 100,
  /** Mistakes that an answer names; beyond them it says how many there are. An answer of a batch has as many for each job. */
  problemErrors: 10,
  problemDetailCharacters: 1_000,
  /** One uploaded object. */
  uploadBytes: 100 * 1024 * 1024,
  /** A text that a word count reads. */
  textBytes: 100 * 1024 * 1024,
  jobIdLength: 128,
  /** A JSON document that a request names by `payloadKey`; all such documents of one batch together. */
  payloadDocumentBytes: 16 * 1024 * 1024,
  batchJobs: 100,
  /** Jobs on one page of a list. */
  listJobs: 100,
  /** Longest that GET /jobs/{jobId} waits for an end: API Gateway waits 30 s for anything. */
  waitSeconds: 20,
  /** Of what a handler says with `log`, the newest lines stand in the record, and are paid for with each heartbeat. */
  logLines: 20,
  logLineCharacters: 300,
  /** Most between two heartbeats of a job that runs; where a third of its lease is less, that. */
  heartbeatSeconds: 5,
  /** Receives after which SQS moves a message to the dead-letter queue: a net under the attempts that the table counts. */
  maxReceiveCount: 5,
  /** Longest that one receive waits for a message, which is the most that SQS allows. */
  queueWaitSeconds: 20,
  /** SQS holds a delayed message and a longest visibility: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
  queueDelaySeconds: 900,
  queueVisibilitySeconds: 43_200,
  /** A presigned URL is good for this long. */
  uploadUrlSeconds: 900,
  resultUrlSeconds: 900,
} as const;
