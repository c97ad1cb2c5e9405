import * as z from "zod";

/**
 * Names in the scaling table, a DynamoDB table through which API and workers report to the controller, and in which the
 * controller keeps its state. No job depends on it: if the table is lost, the controller starts again without history.
 */
export const scalingTable = {
  hashKey: "kind",
  rangeKey: "name",
  /** Time to live, in seconds since the epoch. */
  expiryAttribute: "expiresAt",
} as const;

/** Values of the hash key. IAM limits each role to the kinds that it needs. */
export const scalingKinds = {
  /** Jobs accepted by the API: one item for each second with arrivals. */
  arrivals: "arrivals",
  /** Reports of worker tasks: one item for each task and ten-minute period. */
  workers: "workers",
  /** Lease and state of the controller: a single item. */
  controller: "controller",
  /** Decision log: one item for each tick. */
  decisions: "decisions",
} as const;

/** Range key of an arrivals item: the time, rounded down to a second. The keys sort by time. */
export function arrivalSecond(milliseconds: number): string {
  return new Date(Math.floor(milliseconds / 1_000) * 1_000).toISOString();
}

/**
 * Range key of a worker's report. It begins with the ten-minute period, so that the controller can query recent reports only:
 * DynamoDB may take days to delete expired items.
 */
export function reportName(milliseconds: number, workerId: string): string {
  return `${reportsSince(milliseconds)}/${workerId}`;
}

/** A key that sorts before all reports of the ten-minute period that contains the time, and after all earlier ones. */
export function reportsSince(milliseconds: number): string {
  const periodMilliseconds = 600_000;
  return new Date(Math.floor(milliseconds / periodMilliseconds) * periodMilliseconds).toISOString();
}

/** Items expire after an hour. */
export const flowRetentionSeconds = 3_600;

/** A worker task's report. Times are milliseconds since the epoch. */
export interface WorkerReport {
  at: number;
  slots: number;
  /** Start time of each running job. */
  begunAt: number[];
  /** The latest `endedJobs` jobs, the newest last: end time, and service time in milliseconds. */
  ended: [at: number, milliseconds: number][];
}

/** Ended jobs in one report. It keeps the item below 1 KB, which is one write unit. */
export const endedJobs = 40;

/**
 * Attributes of a report: its time, and one JSON text with slots, ages of running jobs, and ages and service times of ended
 * jobs. The controller reads a text in a tenth of the time that it takes for the same numbers as a list of the table.
 */
export function toReportItem({ at, slots, begunAt, ended }: WorkerReport): { at: number; flow: string } {
  const flow: z.infer<typeof flowSchema> = [
    slots,
    begunAt.map((time) => at - time),
    ended.flatMap(([time, milliseconds]) => [at - time, milliseconds]),
  ];
  return { at, flow: JSON.stringify(flow) };
}

/** @throws ZodError or SyntaxError if the item is no report */
export function fromReportItem(item: unknown): WorkerReport {
  const read = reportSchema.parse(item);
  if (!("flow" in read)) return read;
  const { at, flow } = read;
  const [slots, begun, numbers] = flowSchema.parse(JSON.parse(flow));
  const ended: WorkerReport["ended"] = [];
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    ended.push([at - (numbers[index] ?? 0), numbers[index + 1] ?? 0]);
  }
  return { at, slots, begunAt: begun.map((age) => at - age), ended };
}

const count = z.int().nonnegative();

const flowSchema = z.tuple([count, z.array(z.number()), z.array(z.number())]);

const reportSchema = z.union([
  z.object({ at: z.number(), flow: z.string() }),
  // As an earlier version wrote it: during a rollout, its workers report beside new ones.
  z.object({
    at: z.number(),
    slots: count,
    begunAt: z.array(z.number()),
    ended: z.array(z.tuple([z.number(), z.number()])),
  }),
]);
