import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHotTableClient } from "../../runtime/json-client/hot-clients.ts";
import { hotClientOptions } from "../../runtime/testing/hot-client-options.ts";
import { createPermitTable, type PermitTable } from "./permit-table.ts";
import { type LocalTables, startLocalTables } from "./testing/local-table.ts";
import { createMemoryPermits } from "./testing/memory-permits.ts";

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables();
});
afterAll(() => tables.close());

describe.each<[string, () => Promise<PermitTable>]>([
  ["in DynamoDB", async () => createPermitTable({ client: hotClient(), tableName: await tables.createTable() })],
  ["in memory", async () => createMemoryPermits()],
])("permits %s", (_, open) => {
  it("are none at first, and then what was written", async () => {
    const table = await open();
    const ledger = {
      version: 1,
      holders: { one: { count: 2, until: 5_000 }, "two.three": { count: 1, until: 6_000 } },
    };

    const before = await table.read("echo");
    const isWritten = await table.write("echo", ledger);

    expect(before).toEqual({ version: 0, holders: {} });
    expect(isWritten).toBe(true);
    expect(await table.read("echo")).toEqual(ledger);
    expect(await table.read("word-frequency")).toEqual(before);
  });

  it("are written by one of two workers that read the same version", async () => {
    const table = await open();
    await table.write("echo", { version: 1, holders: {} });
    const next = (worker: string) => ({ version: 2, holders: { [worker]: { count: 1, until: 5_000 } } });

    const first = await table.write("echo", next("one"));
    const answers = [
      await table.write("echo", next("two")),
      await table.write("echo", { version: 1, holders: {} }),
      await table.write("echo", { version: 4, holders: {} }),
    ];

    expect([first, ...answers]).toEqual([true, false, false, false]);
    expect(await table.read("echo")).toEqual(next("one"));
  });
});

function hotClient() {
  return createHotTableClient({ ...hotClientOptions, endpoint: tables.endpoint });
}
