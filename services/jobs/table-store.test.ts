import {
  type BatchGetCommandInput,
  DynamoDBDocumentClient,
  GetCommand,
  type GetCommandInput,
  PutCommand,
} from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { jobTypes } from "../../contract/job.ts";
import { jobsTable } from "../../contract/jobs-table.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { createHotTableClient } from "../../runtime/json-client/hot-clients.ts";
import { hotClientOptions } from "../../runtime/testing/hot-client-options.ts";
import { createTableStore } from "./table-store.ts";
import { listContract } from "./testing/list-contract.ts";
import { type LocalTables, startLocalTables } from "./testing/local-table.ts";
import { sampleJob } from "./testing/sample-job.ts";
import { storeContract } from "./testing/store-contract.ts";

let tables: LocalTables;
let tableName: string;
beforeAll(async () => {
  tables = await startLocalTables();
});
beforeEach(async () => {
  tableName = await tables.createTable();
});
afterAll(() => tables.close());

describe("the store in DynamoDB", () => {
  for (const contract of [storeContract, listContract]) {
    contract((options) => createTableStore({ client: tables.client, tableName, ...options }));
  }
});

describe("the store in DynamoDB through the deployed functions' and workers' client", () => {
  for (const contract of [storeContract, listContract]) {
    contract((options) => {
      const client = createHotTableClient({ ...hotClientOptions, endpoint: tables.endpoint });
      return createTableStore({ client, tableName, ...options });
    });
  }
});

describe("the item of a job", () => {
  const clock = new ManualClock(1_000_000);
  const open = (client = tables.client) => createTableStore({ client, tableName, retentionDays: 2, clock });

  it("expires only once the job is finished", async () => {
    const finished = sampleJob({ jobId: "finished", state: "failed", finishedAt: 1_000_500 });

    await open().create(sampleJob());
    await open().create(finished);

    expect(await readItem("alice/job-1")).not.toHaveProperty(jobsTable.expiryAttribute);
    expect(await readItem("alice/finished")).toHaveProperty(jobsTable.expiryAttribute, 1_001 + 2 * 24 * 3600);
  });

  it("is spread over all shards of its state", async () => {
    const store = open();
    const ids = Array.from({ length: 200 }, (_, index) => `job-${index}`);

    await Promise.all(ids.map((jobId) => store.create(sampleJob({ jobId }))));

    const items = await Promise.all(ids.map((jobId) => readItem(`alice/${jobId}`)));
    const shards = new Set(items.map((item) => item?.[jobsTable.stateIndexHashKey]));
    expect([...shards].sort()).toEqual(
      Array.from({ length: jobsTable.stateShards }, (_, shard) => `queued#${shard}`).sort(),
    );
  });

  it("may carry attributes that this code does not know", async () => {
    await open().create(sampleJob());

    await writeItem({ ...(await readItem("alice/job-1")), addedLater: true });

    expect(await open().load(sampleJob())).toEqual(sampleJob());
  });

  it.each([
    ["of a newer schema", { schemaVersion: 2 }, "newer-record"],
    ["of a type that is not known yet", { type: "transcode" }, "newer-record"],
    ["without its version", { version: undefined }, "unreadable-record"],
  ])("is refused when it is one %s", async (_, changes, code) => {
    await open().create(sampleJob());

    await writeItem({ ...(await readItem("alice/job-1")), ...changes });

    await expect(open().load(sampleJob())).rejects.toMatchObject({ code, details: { jobKey: "alice/job-1" } });
  });

  it.each([{ schemaVersion: 2 }, { type: "transcode" }])("is not claimed when it has %j", async (changes) => {
    await open().create(sampleJob());
    const stored = { ...(await readItem("alice/job-1")), ...changes };
    await writeItem(stored);

    const before = await open().claimDue(sampleJob(), { token: "token-1", milliseconds: 30_000 }, 5_000, jobTypes);

    expect(before).toBeUndefined();
    expect(await readItem("alice/job-1")).toEqual(stored);
  });

  it("keeps attributes that this code does not know when it is claimed and finished", async () => {
    await open().create(sampleJob());
    await writeItem({ ...(await readItem("alice/job-1")), addedLater: true });

    await open().claimDue(sampleJob(), { token: "token-1", milliseconds: 30_000 }, 5_000, jobTypes);
    const claimed = (await open().load(sampleJob())) ?? sampleJob();
    await open().replace({ ...claimed, version: 3, progress: 0.5 }, claimed);

    expect(await readItem("alice/job-1")).toMatchObject({ addedLater: true, progress: 0.5 });
  });

  it("is known to be written although the answer was lost and the SDK asked again", async () => {
    const client = losingFirstAnswers(tables.client);
    const job = sampleJob();

    const created = await open(client.loseNext()).create(job);
    const replaced = await open(client.loseNext()).replace({ ...job, version: 2 }, job);

    expect(client.lost()).toBe(2);
    expect(created).toEqual({ created: true });
    expect(replaced).toBe(true);
  });

  it("is read strongly consistent wherever a job is read, and a page of more than 100 jobs whole", async () => {
    const { client, reads } = recordingReads(tables.client);
    const store = open(client);
    const jobs = Array.from({ length: 130 }, (_, index) => sampleJob({ jobId: `job-${index}`, createdAt: index }));
    for (const job of jobs) await store.create(job);

    await store.load(sampleJob({ jobId: "job-1" }));
    await store.create(sampleJob({ jobId: "job-1" }));
    await store.replace(sampleJob({ jobId: "job-1", version: 9 }), sampleJob({ jobId: "job-1", version: 8 }));
    const page = await store.listOwned("alice", { limit: 130 });

    expect(page.jobs).toHaveLength(130);
    expect(reads).toEqual([
      { command: "GetItemCommand", isConsistent: true, keys: 1 },
      { command: "GetItemCommand", isConsistent: true, keys: 1 },
      { command: "GetItemCommand", isConsistent: true, keys: 1 },
      { command: "BatchGetItemCommand", isConsistent: true, keys: 100 },
      { command: "BatchGetItemCommand", isConsistent: true, keys: 30 },
    ]);
  });

  async function readItem(jobKey: string): Promise<Record<string, unknown> | undefined> {
    const command = new GetCommand({
      TableName: tableName,
      Key: { [jobsTable.hashKey]: jobKey },
      ConsistentRead: true,
    });
    return (await tables.client.send(command)).Item;
  }

  async function writeItem(item: Record<string, unknown>): Promise<void> {
    const present = Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
    await tables.client.send(new PutCommand({ TableName: tableName, Item: present }));
  }
});

/** A client whose reads of items are noted. */
function recordingReads(original: DynamoDBDocumentClient) {
  const reads: { command: string; isConsistent: boolean; keys: number }[] = [];
  const client = DynamoDBDocumentClient.from(original);
  client.middlewareStack.add(
    (next, context) => (args) => {
      const command = String(context.commandName);
      const { RequestItems, ConsistentRead } = args.input as Partial<BatchGetCommandInput & GetCommandInput>;
      if (command.includes("Get")) {
        const [batch] = Object.values(RequestItems ?? {});
        const isConsistent = (batch?.ConsistentRead ?? ConsistentRead) === true;
        reads.push({ command, isConsistent, keys: batch?.Keys?.length ?? 1 });
      }
      return next(args);
    },
    { step: "build", name: "recordReads" },
  );
  return { client, reads };
}

/** A client that, when told to, lets a write take place and loses its answer on the way back. */
function losingFirstAnswers(original: DynamoDBDocumentClient) {
  let losing = false;
  let lost = 0;
  const client = DynamoDBDocumentClient.from(original);
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (!losing || !/^(Put|Update)Item/.test(String(context.commandName))) return answer;
      losing = false;
      lost += 1;
      throw Object.assign(new Error("The answer was lost."), { name: "TimeoutError" });
    },
    { step: "deserialize", priority: "low" },
  );
  return {
    lost: () => lost,
    loseNext() {
      losing = true;
      return client;
    },
  };
}
