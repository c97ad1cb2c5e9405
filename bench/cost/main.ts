import { costOfMillion, type JobUse, unitsOf } from "../../deploy/job-costs.ts";
import type { Gateway } from "../../local/gateway/gateway.ts";
import { startJourney } from "../../local/testing/journey.ts";
import { formatTable } from "../../report/table.ts";

/*
 * `npm run bench:cost`: counts the AWS calls of jobs in a run on the laptop cloud, and what a million of them cost by list prices,
 * beside Lambda behind SQS and a simple worker. Calls are measured; prices, Lambda's times and the use of instances are assumed.
 */
const jobs = 200;
/** Of each job, in all three designs. */
const jobSeconds = 0.2;
const assumed = {
  /** An instance runs two tasks of ten slots. Slots are busy for 85 % of the time, and for 40 % without autoscaling. */
  slotsPerInstance: 20,
  busyShare: 0.85,
  busyShareWithoutScaling: 0.4,
  submitSeconds: 0.03,
  submitGigabytes: 1,
  handlerGigabytes: 0.5,
};

const journey = await startJourney({
  config: {
    "sluice:minTasks": "1",
    "sluice:maxTasks": "1",
    "sluice:slots": "10",
    "sluice:taskMemoryMegabytes": "2048",
  },
});
try {
  const calls = countCalls(journey.stack.cloud.gateway);
  const ids = Array.from({ length: jobs }, (_, index) => `cost-${index}`);
  for (let next = 0; next < jobs; next += 20) {
    const some = ids.slice(next, next + 20);
    await Promise.all(some.map((jobId) => journey.post({ jobId, payload: { sleepMs: jobSeconds * 1_000 } })));
    await Promise.all(some.map((jobId) => journey.finishes.when(jobId)));
  }
  // Deletes follow the end of a job.
  await Promise.all(ids.slice(-1).map((jobId) => journey.finished(jobId)));
  report(calls.perJob(jobs, journey.stack.outputs.jobsTableName ?? ""));
} finally {
  await journey.down();
}

function report(perJob: ReadonlyMap<string, number>): void {
  const of = (name: string) => perJob.get(name) ?? 0;
  const measured = [...perJob].filter(([, count]) => count >= 0.01).sort(([, one], [, other]) => other - one);
  console.log(
    formatTable(
      ["call", "a job"],
      measured.map(([name, count]) => [name, count.toFixed(2)]),
    ),
  );

  const api = {
    apiRequests: 1,
    functionRequests: 1,
    functionGigabyteSeconds: assumed.submitSeconds * assumed.submitGigabytes,
    fairMessages: 0,
    instanceHours: 0,
  };
  const hours = (busyShare: number) => jobSeconds / 3_600 / assumed.slotsPerInstance / busyShare;
  const updates = of("jobs UpdateItem") + of("jobs PutItem") - 1;
  const designs: Record<string, JobUse> = {
    Sluice: {
      ...api,
      queueRequests:
        of("SendMessage") +
        of("ReceiveMessage") +
        of("DeleteMessage") +
        of("DeleteMessageBatch") +
        of("ChangeMessageVisibility"),
      fairMessages: 1,
      instanceHours: hours(assumed.busyShare),
      ...unitsOf({
        creates: 1,
        stateChanges: Math.min(2, updates),
        otherUpdates: Math.max(0, updates - 2),
        consistentReads: of("jobs GetItem"),
        eventualReads: 0,
      }),
    },
    "Lambda behind SQS, the same record": {
      ...api,
      functionRequests: 1 + 1,
      functionGigabyteSeconds: api.functionGigabyteSeconds + jobSeconds * assumed.handlerGigabytes,
      // One send; receives and deletes of the event source mapping, one message each so that a failure affects one job.
      queueRequests: 3,
      ...unitsOf({ creates: 1, stateChanges: 2, otherUpdates: 0, consistentReads: 0, eventualReads: 0 }),
    },
    "a simple worker, the same record": {
      ...api,
      queueRequests: 3,
      instanceHours: hours(assumed.busyShareWithoutScaling),
      // It reads before each of its two writes.
      ...unitsOf({ creates: 1, stateChanges: 2, otherUpdates: 0, consistentReads: 2, eventualReads: 0 }),
    },
  };
  const rows = Object.entries(designs).map(([name, use]) => {
    const { apiRequests, functionRequests, functionGigabyteSeconds, queueRequests, fairMessages, ...rest } =
      costOfMillion(use);
    const groups = [
      apiRequests,
      functionRequests + functionGigabyteSeconds,
      queueRequests + fairMessages,
      rest.writeUnits + rest.readUnits,
      rest.instanceHours,
    ];
    const total = groups.reduce((sum, cost) => sum + cost, 0);
    return [name, ...groups.map((cost) => cost.toFixed(2)), total.toFixed(2)];
  });
  console.log(`\nDollars for a million jobs of ${jobSeconds} s, by list prices; not measured on AWS`);
  console.log(formatTable(["design", "HTTP API", "Lambda", "SQS", "DynamoDB", "EC2", "all"], rows));
}

/** Counts the calls of the AWS APIs from now on. Idle calls, such as empty receives and reports of workers, are counted too. */
function countCalls(gateway: Gateway) {
  const counts = new Map<string, number>();
  for (const [service, emulator] of gateway.emulators) {
    if (service !== "sqs" && service !== "dynamodb") continue;
    gateway.emulators.set(service, (call, http) => {
      const table = (call.input as { TableName?: string }).TableName;
      const name = table === undefined ? call.action : `${table} ${call.action}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return emulator(call, http);
    });
  }
  return {
    /** Calls divided by the number of jobs; those of the jobs table begin with "jobs". */
    perJob(jobs: number, jobsTableName: string): Map<string, number> {
      const named = [...counts].map(([name, count]) => [name.replace(jobsTableName, "jobs"), count / jobs] as const);
      return new Map(named);
    },
  };
}
