import { expect, it } from "vitest";
import { fromReportItem } from "../../contract/scaling-table.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { silentLog } from "../../runtime/log.ts";
import { createFlowMeter } from "./flow-meter.ts";
import { createReportWriter, reportFlow } from "./report-flow.ts";

const everyMilliseconds = 5_000;

it("reports at once, at each interval, and at the end", async () => {
  const clock = new ManualClock(1_000_000);
  const times: number[] = [];
  const { report } = createFlowMeter({ clock, slots: 1 });
  const write = async ({ at }: { at: number }) => void times.push(at - 1_000_000);

  const end = reportFlow({ report, write, clock, log: silentLog, everyMilliseconds });
  await clock.advance(11_000);
  await end();
  await clock.advance(60_000);

  expect(times).toEqual([0, 5_000, 10_000, 11_000]);
});

it("continues after a failed report", async () => {
  const clock = new ManualClock(1_000_000);
  let calls = 0;
  const { report } = createFlowMeter({ clock, slots: 1 });
  const write = async () => {
    calls += 1;
    if (calls === 1) throw new Error("away");
  };

  const end = reportFlow({ report, write, clock, log: silentLog, everyMilliseconds });
  await clock.advance(5_000);
  await end();

  expect(calls).toBe(3);
});

it("replaces the task's last report with one that the controller can read", async () => {
  const clock = new ManualClock(1_000_000);
  const sent: { input: { Item?: Record<string, unknown> } }[] = [];
  const client = { send: async (command: never) => void sent.push(command) };
  const write = createReportWriter({ client: client as never, tableName: "scaling", workerId: "w-1" });

  await write(createFlowMeter({ clock, slots: 3 }).report());

  const item = sent[0]?.input.Item;
  expect(item).toMatchObject({ kind: "workers", name: "1970-01-01T00:10:00.000Z/w-1", expiresAt: 1_000 + 3_600 });
  expect(fromReportItem(item)).toMatchObject({ at: 1_000_000, slots: 3 });
});
