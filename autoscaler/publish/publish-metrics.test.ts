import { expect, it } from "vitest";
import { metricNames } from "../../contract/metrics.ts";
import { TickWorld } from "../testing/tick-world.ts";
import { createPublisher } from "./publish-metrics.ts";

interface Datum {
  MetricName: string;
  Value: number;
  Unit: string;
  Timestamp: Date;
  Dimensions: { Name: string; Value: string }[];
}

async function publishOneTick(world: TickWorld): Promise<Datum[]> {
  const calls: { input: { Namespace: string; MetricData: Datum[] } }[] = [];
  const client = { send: async (command: never) => void calls.push(command) };
  const publish = createPublisher({ client: client as never, clusterName: "c", serviceName: "s" });
  await world.tick();
  const [record] = world.records;
  if (!record) throw new Error("the tick left no record");

  await publish(record.sample, record.decision, 1_000);

  expect(calls.map(({ input }) => input.Namespace)).toEqual(["Sluice"]);
  return calls[0]?.input.MetricData ?? [];
}

it("publishes every metric in one call, at the time of the sample", async () => {
  const data = await publishOneTick(new TickWorld());

  expect(data.map(({ MetricName }) => MetricName)).toEqual(Object.values(metricNames));
  expect(new Set(data.map(({ Timestamp }) => Timestamp.getTime()))).toEqual(new Set([1_000]));
  expect(data.find(({ MetricName }) => MetricName === "NeedPercent")).toMatchObject({ Value: 100, Unit: "Percent" });
  expect(data[0]?.Dimensions).toEqual([
    { Name: "ClusterName", Value: "c" },
    { Name: "ServiceName", Value: "s" },
  ]);
});

it("publishes no datapoint for an unknown value", async () => {
  const world = new TickWorld();
  world.failing.add("readArrivals").add("readWorkers");

  const data = await publishOneTick(world);

  expect(data.map(({ MetricName }) => MetricName)).not.toContain("ArrivalsPerSecond");
  expect(data.map(({ MetricName }) => MetricName)).not.toContain("MeanServiceSeconds");
});
