/** Limits that several parts of the system share. Sizes are in bytes. */
export const limits = {
  /**
   * Largest payload or result in a job's record; larger ones are S3 objects. DynamoDB bills each write of a record, heartbeats
   * included, by the record's whole size (1 unit per KB), so that beyond a few KB an object costs less.
   */
  inlineBytes: 16 * 1024,
  /**
   * Largest request body; larger inputs are uploaded. Lambda passes the body as a text in a JSON event of at most 6 MiB, in
   * which each quote and backslash takes two bytes.
   */
  requestBytes: 2.5 * 1024 * 1024,
  /** Deepest nesting of arrays and objects in a request. */
  requestDepth: 100,
  /** Invalid fields listed in an answer, in a batch for each job; further ones are counted. */
  problemErrors: 10,
  problemDetailCharacters: 1_000,
  /** Largest uploaded object. */
  uploadBytes: 100 * 1024 * 1024,
  /** Largest file that the intake copies. */
  dropBytes: 5 * 1024 ** 3,
  /** Days that an upload is kept. A job that uses it has a copy. */
  uploadDays: 3,
  /** Largest text of a `word-frequency` job. */
  textBytes: 100 * 1024 * 1024,
  /** Largest result; a worker with little memory allows less. It is a download, not part of an answer. */
  resultBytes: 128 * 1024 * 1024,
  jobIdLength: 128,
  correlationIdLength: 256,
  /** Largest JSON document for `payloadKey`; in a batch, all of them together. */
  payloadDocumentBytes: 16 * 1024 * 1024,
  /** Jobs in one POST /jobs/batch. */
  batchJobs: 100,
  /** Largest page of GET /jobs, and of the query service. */
  listJobs: 100,
  /** Page of GET /jobs without `limit`. */
  defaultListJobs: 50,
  /** Longest `wait` of GET /jobs/{jobId}. The status function's timeout is 8 s more, and API Gateway's for it 29 s. */
  waitSeconds: 20,
  /** Longest wait after a job's first failed attempt that its request can ask for. */
  retryDelaySeconds: 900,
  /** Furthest `runAt` of a job. */
  runAtDays: 365,
  /** The id of a firing's job has 32 more characters than the schedule's. */
  scheduleIdLength: 64,
  cronCharacters: 200,
  /** Longest time between two firings of `everyMinutes`: a year. */
  everyMinutes: 366 * 24 * 60,
  /** Schedules on a page of GET /schedules. */
  listSchedules: 50,
  /** Firings in the answer about a schedule. */
  nextRuns: 5,
  lastRuns: 10,
  /**
   * The sweeper makes a firing's job this long before its time, with a message that becomes visible then. AWS invokes the sweeper
   * each minute with a precision of a minute, so that two sweeps may lie two minutes apart.
   */
  firingAheadSeconds: 120,
  /** A firing that is later than this was missed. A sweep that AWS lost, or that failed, makes a firing up to a minute late. */
  firingGraceSeconds: 180,
  /** Earlier runs kept in a job's record, the newest ones. A run begins with the job's creation or with POST /jobs/{jobId}/retry. */
  earlierRuns: 10,
  /** Log lines of a handler kept in the job's record, the newest ones. Each heartbeat writes them, and is billed for them. */
  logLines: 20,
  logLineCharacters: 300,
  /** Interval between the heartbeats of a running job, while they succeed. A third of the lease applies if it is shorter. */
  heartbeatSeconds: 5,
  /** Receives after which SQS moves a message to the dead-letter queue. A safety net: the table counts the attempts. */
  maxReceiveCount: 5,
  /** Long poll of one receive: SQS's maximum. */
  queueWaitSeconds: 20,
  /** SQS's maximum delay and visibility timeout: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
  queueDelaySeconds: 900,
  queueVisibilitySeconds: 43_200,
  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
  queueGroupCharacters: 128,
  /** Validity of presigned URLs. */
  uploadUrlSeconds: 900,
  resultUrlSeconds: 900,
} as const;

export const dayMilliseconds = 24 * 3_600 * 1_000;
