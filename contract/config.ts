import * as z from "zod";
import { backupRates } from "./backup.ts";
import { computes } from "./compute.ts";
import { runnerLives, scalingModes } from "./environment.ts";
import { dropRuleSchema, readSender } from "./intake.ts";
import { jobTypes } from "./job.ts";
import { eventDetails } from "./job-event.ts";
import { replyNameSchema } from "./job-reply.ts";
import { scaleInStepsSchema, scaleOutStepsSchema, stepMetrics } from "./scaling-steps.ts";
import { subscriberSchema } from "./subscriber.ts";
import { taskScheduleSchema } from "./task-schedules.ts";

const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const integer = (least: number, most: number) => z.int().min(least).max(most);

const instanceType = z
  .string()
  .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, "expected an EC2 instance type such as t4g.medium");

/** AWS allows 200 scheduled actions for a scalable target. */
const taskSchedules = z.array(taskScheduleSchema).max(100);

/** AWS requires https. The laptop cloud also accepts an issuer on 127.0.0.1. */
const issuerUrl = /^$|^(https:\/\/[^\s/?#|@]+|http:\/\/127\.0\.0\.1(:\d+)?)(\/[^\s?#|]*)?$/;

/** Each has a queue. An alarm can sum the counts of few queues: CloudWatch allows ten metrics, of which four are others. */
const mostLimitedTypes = 4;

/** Every key of Pulumi.yaml with its range. Pulumi.yaml itself has the defaults and descriptions. */
export const configSchema = z.strictObject({
  auth: z.enum(["iam", "jwt", "none"]),
  jwtIssuer: z.string().regex(issuerUrl, "expected an https URL without query, or an empty text"),
  jwtAudience: z.array(z.string().min(1)),
  corsOrigins: z.array(z.string().regex(/^https?:\/\/[^/\s*]+$/, "expected an origin such as https://app.example.com")),
  apiRequestsPerSecond: integer(1, 10_000),
  apiBurst: integer(1, 10_000),
  statusRequestsPerSecond: integer(1, 10_000),
  statusConcurrency: integer(0, 1_000),
  ownerMaxWaitingJobs: integer(0, 10_000_000),
  ownerMaxRunningPercent: integer(1, 100),
  ownerMaxLongPolls: integer(0, 1_000),
  ownerMaxUploadMegabytesPerDay: integer(0, 10_000_000),
  ownerMaxSchedules: integer(0, 10_000),
  concurrency: z
    .partialRecord(z.enum(jobTypes), integer(1, 200))
    .refine(
      (limits) => Object.keys(limits).length <= mostLimitedTypes,
      `expected at most ${mostLimitedTypes} job types`,
    ),
  visibilitySeconds: integer(2, 3_600),
  maxAttempts: integer(1, 100),
  jobTimeoutSeconds: integer(1, 39_600),
  retentionDays: integer(1, 365),
  ordered: z.boolean(),
  sweepAfterSeconds: integer(2, 3_600),
  minTasks: integer(0, 1_000),
  maxTasks: integer(1, 1_000),
  waitTargetSeconds: integer(1, 86_400),
  expectedJobMilliseconds: integer(1, 39_600_000),
  taskSchedules,
  scalingMode: z.enum(scalingModes),
  instanceFloor: z.boolean(),
  eagernessPercent: integer(-100, 100),
  ticksPerMinute: integer(1, 60),
  minuteMilliseconds: integer(60, 60_000),
  trackingScaleOutCooldownSeconds: integer(0, 3_600),
  trackingScaleInCooldownSeconds: integer(0, 3_600),
  stepMetric: z.enum(stepMetrics),
  scaleOutSteps: scaleOutStepsSchema,
  scaleInSteps: scaleInStepsSchema,
  stepScaleOutCooldownSeconds: integer(0, 3_600),
  stepScaleInCooldownSeconds: integer(0, 3_600),
  slots: integer(1, 100),
  freshRunner: z.enum(runnerLives),
  stopTimeoutSeconds: integer(2, 3_600),
  compute: z.enum(computes),
  architecture: z.enum(["arm64", "amd64"]),
  instanceType,
  spotPercent: integer(0, 100),
  spotInstanceTypes: z.array(instanceType),
  maxInstances: integer(1, 500),
  taskCpu: integer(128, 16_384),
  taskMemoryMegabytes: integer(128, 65_536),
  gpus: integer(0, 16),
  sharedFiles: z.boolean(),
  scratchGigabytes: integer(0, 16_000),
  imageUri: z.string().regex(/^$|^[^\s/]+\/\S+$/, "expected REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST"),
  vpcCidr: z.cidrv4().refine(hasValidPrefix, "expected a prefix from /16 to /24"),
  availabilityZones: integer(2, 4),
  egress: z.enum(["nat", "endpoints"]),
  natPerZone: z.boolean(),
  exec: z.boolean(),
  encryption: z.enum(["aws-owned", "customer-key"]),
  tracing: z.boolean(),
  queryService: z.boolean(),
  queryMinTasks: integer(1, 100),
  queryMaxTasks: integer(1, 100),
  queryScaling: z.enum(["cpu", "requests"]),
  queryRequestsPerTask: integer(1, 1_000_000),
  querySchedules: taskSchedules,
  queryClientCidrs: z.array(z.cidrv4()),
  queryCertificateArn: z
    .string()
    .regex(/^$|^arn:aws[a-z-]*:acm:\S+:certificate\/\S+$/, "expected the ARN of an ACM certificate, or an empty text"),
  alarmEmail: z.string().regex(/^$|^[^@\s]+@[^@\s]+\.[^@\s]+$/, "expected an e-mail address, or an empty text"),
  logRetentionDays: z
    .int()
    .refine((days) => logRetentions.includes(days), `expected one of ${logRetentions.join(", ")}`),
  drops: z.array(dropRuleSchema).max(100),
  senders: z
    .array(
      z
        .string()
        .refine(
          (text) => readSender(text) !== undefined,
          "expected a 12-digit account id, or the ARN of a topic, bucket or rule without wildcards",
        ),
    )
    .max(50),
  intakeOwner: z
    .string()
    .refine((name) => name.isWellFormed() && encodeURIComponent(name).length <= 768, "expected at most 768 characters"),
  eventDetail: z.enum(eventDetails),
  subscribers: z.array(subscriberSchema).max(100),
  /** By name. A FIFO queue would need a message group for each reply. */
  replyQueues: z.record(
    replyNameSchema,
    z.string().regex(/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}$/, "expected the ARN of a standard queue"),
  ),
  schedules: z.boolean(),
  archiveEvents: z.boolean(),
  backup: z.enum(backupRates),
  backupDays: integer(1, 36_500),
  testControls: z.boolean(),
  protectData: z.boolean(),
});

export type Config = z.infer<typeof configSchema>;

export const configKeys = Object.keys(configSchema.shape) as (keyof Config)[];

function hasValidPrefix(range: string): boolean {
  const prefix = Number(range.split("/")[1]);
  return prefix >= 16 && prefix <= 24;
}
