import { afterAll, beforeAll, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { countQueued } from "./count-queued.ts";
import { createTableStore } from "./table-store.ts";
import { type LocalTables, startLocalTables } from "./testing/local-table.ts";
import { runningJob, sampleJob } from "./testing/sample-job.ts";

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables();
});
afterAll(() => tables.close());

it("counts the queued jobs of each encoded owner, and no others", async () => {
  const table = { client: tables.client, tableName: await tables.createTable() };
  const store = createTableStore({ ...table, retentionDays: 2, clock: new ManualClock() });
  for (let index = 0; index < 40; index++) await store.create(sampleJob({ jobId: `job-${index}` }));
  for (let index = 0; index < 3; index++) await store.create(sampleJob({ owner: "a/b", jobId: `job-${index}` }));
  await store.create(runningJob(9_000, { jobId: "running" }));

  const queued = await countQueued(table);

  expect(queued).toEqual(
    new Map([
      ["alice", 40],
      ["a%2Fb", 3],
    ]),
  );
});
