import { afterAll, beforeAll, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { countByOwner } from "./count-by-owner.ts";
import { createTableStore } from "./table-store.ts";
import { type LocalTables, startLocalTables } from "./testing/local-table.ts";
import { runningJob, sampleJob } from "./testing/sample-job.ts";

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables();
});
afterAll(() => tables.close());

it("counts the jobs of a state by encoded owner, with the oldest of each", async () => {
  const table = { client: tables.client, tableName: await tables.createTable() };
  const store = createTableStore({ ...table, retentionDays: 2, clock: new ManualClock() });
  for (let index = 0; index < 40; index++)
    await store.create(sampleJob({ jobId: `job-${index}`, stateSince: 5_000 - index }));
  for (let index = 0; index < 3; index++)
    await store.create(sampleJob({ owner: "a/b", jobId: `job-${index}`, stateSince: index }));
  await store.create(runningJob(9_000, { jobId: "running" }));

  const queued = await countByOwner(table, "queued");

  expect(queued).toEqual(
    new Map([
      ["alice", { count: 40, oldest: { key: { owner: "alice", jobId: "job-39" }, since: 4_961 } }],
      ["a%2Fb", { count: 3, oldest: { key: { owner: "a/b", jobId: "job-0" }, since: 0 } }],
    ]),
  );
});
