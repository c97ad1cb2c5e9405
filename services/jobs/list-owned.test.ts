import { afterAll, beforeAll, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { listOwned } from "./list-owned.ts";
import { createTableStore } from "./table-store.ts";
import { type LocalTables, startLocalTables } from "./testing/local-table.ts";
import { sampleJob } from "./testing/sample-job.ts";

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables();
});
afterAll(() => tables.close());

it("finds all that a filter lets through, in order, however little of a shard one page looks at", async () => {
  const table = { client: tables.client, tableName: await tables.createTable() };
  const store = createTableStore({ ...table, retentionDays: 2, clock: new ManualClock() });
  const expected: string[] = [];
  for (let index = 0; index < 150; index++) {
    const isRare = index % 5 === 0;
    if (isRare) expected.unshift(`alice/job-${index}`);
    const type = isRare ? "word-frequency" : "echo";
    await store.create(sampleJob({ jobId: `job-${index}`, createdAt: 1_000 + index, type }));
  }

  const found: string[] = [];
  let pages = 0;
  let before: string | undefined;
  do {
    const page = await listOwned(table, "alice", { type: "word-frequency", limit: 2, before }, 2);
    expect(page.keys.length).toBeLessThanOrEqual(2);
    found.push(...page.keys);
    pages += 1;
    before = page.next;
  } while (before !== undefined);

  expect(found).toEqual(expected);
  expect(pages).toBeGreaterThan(expected.length / 2);
});
