import { fork } from "node:child_process";
import { once } from "node:events";
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { scalingTable } from "../../contract/scaling-table.ts";
import { createLiveLine } from "../../report/live-line.ts";
import { formatTable } from "../../report/table.ts";
import { describeTable } from "../../runtime/testing/describe-table.ts";
import { reportFigures } from "../judge-figures.ts";
import { measureTick, type TickCost, writeReports } from "./measure-tick.ts";

/*
 * `npm run bench:control`: what a tick of the controller costs, by the number of workers that report to it.
 */
const sizes = [10, 100, 1_000, 3_000, 10_000];
const ticks = 9;

const emulator = fork(new URL("../api/serve-dynamodb.ts", import.meta.url));
const screen = createLiveLine(process.stdout);
try {
  const [endpoint] = await once(emulator, "message");
  const table = await openTable(String(endpoint));
  const costs = new Map<number, TickCost>();
  let written = 0;
  for (const workers of sizes) {
    screen.update(`${workers} workers: writing their reports`);
    await writeReports(table, workers, written);
    written = workers;
    screen.update(`${workers} workers: ${ticks} ticks`);
    costs.set(workers, await measureTick(table, workers, ticks));
  }
  screen.close();
  report(costs);
} finally {
  screen.close();
  emulator.disconnect();
}

async function openTable(endpoint: string) {
  const base = new DynamoDBClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const tableName = "scaling";
  await base.send(new CreateTableCommand(describeTable(tableName, scalingTable)));
  for (;;) {
    const { Table } = await base.send(new DescribeTableCommand({ TableName: tableName }));
    if (Table?.TableStatus === "ACTIVE") return { client: DynamoDBDocumentClient.from(base), tableName };
  }
}

function report(costs: ReadonlyMap<number, TickCost>): void {
  const rows = [...costs].map(([workers, { milliseconds, reads }]) => [workers, milliseconds.toFixed(1), reads]);
  console.log(`${formatTable(["workers", "CPU of a tick, ms", "reads of the scaling table"], rows)}\n`);
  const at = (workers: number) => costs.get(workers) ?? { milliseconds: Number.NaN, reads: Number.NaN };
  // Cost is workers to this power; 1 is proportional.
  const power = Math.log(at(10_000).milliseconds / at(1_000).milliseconds) / Math.log(10);
  reportFigures([
    { name: "tick at 1,000 workers, CPU", measured: at(1_000).milliseconds, unit: "ms", atMost: 100 },
    { name: "reads at 1,000 workers", measured: at(1_000).reads, unit: "calls", atMost: 3 },
    { name: "growth of the CPU from 1,000 to 10,000 workers", measured: power, unit: "power", atMost: 1.1 },
  ]);
}
