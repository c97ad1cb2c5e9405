import { afterAll, beforeAll, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { ownerShard, toRecord } from "./job-record.ts";
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

/** Ids of jobs that are all in the owner's first shard. */
function idsOfOneShard(count: number): string[] {
  const isInShard = (jobId: string) => {
    const job = sampleJob({ jobId });
    return Object.values(toRecord(job, "", 2)).includes(ownerShard(job.owner, 0));
  };
  const candidates = Array.from({ length: count * 64 }, (_, index) => `job-${index}`);
  return candidates.filter(isInShard).slice(0, count);
}

it("fills a page although all of its jobs are in one shard, and reads little of each shard otherwise", async () => {
  const asked: number[] = [];
  const client = {
    send: (command: { input: { Limit: number } }) => {
      asked.push(command.input.Limit);
      return tables.client.send(command as never);
    },
  };
  const table = { client: client as never, tableName: await tables.createTable() };
  const store = createTableStore({ ...table, client: tables.client, retentionDays: 2, clock: new ManualClock() });
  const ids = idsOfOneShard(25);
  for (const [index, jobId] of ids.entries()) await store.create(sampleJob({ jobId, createdAt: 1_000 + index }));

  const { keys, next = "" } = await listOwned(table, "alice", { limit: 20 });
  const second = await listOwned(table, "alice", { limit: 20, before: next });

  const newestFirst = ids.toReversed().map((jobId) => `alice/${jobId}`);
  expect(keys).toEqual(newestFirst.slice(0, 20));
  expect(second).toEqual({ keys: newestFirst.slice(20), next: undefined });
  expect(asked).toEqual([...Array(16).fill(8), ...Array(16).fill(20), ...Array(16).fill(8)]);
});
