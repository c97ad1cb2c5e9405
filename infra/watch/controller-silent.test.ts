import { beforeAll, expect, it } from "vitest";
import type { Cloud } from "../../local/cloud.ts";
import { CloudWatch } from "../../local/cloudwatch/cloud-watch.ts";
import { FastClock } from "../../local/fast-clock.ts";
import { cloudwatch } from "../../local/resources/cloudwatch.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { ofType, type Recorded, recordProgram } from "../testing/record-program.ts";

const second = 1_000;
const minute = 60 * second;

const recorded = new Map<number, Recorded>();
for (const speed of [1, 60]) {
  beforeAll(async () => {
    recorded.set(speed, await recordProgram({ "sluice:minuteMilliseconds": String(minute / speed) }));
  });
}

it("outlasts two minutes without a heartbeat, and fires after three", async () => {
  const { pass, beat, value } = await watch({ speed: 1 });

  const states: unknown[] = [];
  for (const isBeating of [true, true, true, false, true, false, false, true]) {
    if (isBeating) beat();
    await pass(minute);
    states.push(value());
  }
  await pass(2 * minute);
  const early = value();
  await pass(minute);

  expect(states.slice(3)).toEqual(["OK", "OK", "OK", "OK", "OK"]);
  expect(early).toBe("OK");
  expect(value()).toBe("ALARM");
});

it("ends with the first heartbeat", async () => {
  const { pass, beat, value } = await watch({ speed: 1 });
  await pass(5 * minute);
  const before = value();

  beat();
  await pass(minute);

  expect(before).toBe("ALARM");
  expect(value()).toBe("OK");
});

it("on a laptop, where a minute lasts a second, takes a tick of fifteen seconds for one of a busy machine", async () => {
  const { pass, beat, value } = await watch({ speed: 60 });
  beat();
  await pass(second);

  const states = new Set<unknown>();
  for (let n = 0; n < 90; n++) {
    if (n % 15 === 0) beat();
    await pass(second);
    states.add(value());
  }
  await pass(20 * second);

  expect([...states]).toEqual(["OK"]);
  expect(value()).toBe("ALARM");
});

/** The declared alarm on the laptop's CloudWatch, just after an evaluation. */
async function watch({ speed }: { speed: 1 | 60 }) {
  const declared = ofType(recorded.get(speed) as Recorded, "aws:cloudwatch/metricAlarm:MetricAlarm").find(({ name }) =>
    name.endsWith("controller-silent"),
  );
  const handler = cloudwatch["aws:cloudwatch/metricAlarm:MetricAlarm"];
  if (!declared || !handler) throw new Error("expected the alarm, and a handler for alarms");
  const clock = new ManualClock();
  const cloudWatch = new CloudWatch(new FastClock(clock, speed), () => {});
  cloudWatch.actions.set(String((declared.inputs.alarmActions as unknown[])[0]), () => {});
  const cloud = { cloudWatch, place: { region: "eu-central-1", accountId: "1" } } as unknown as Cloud;
  const { name } = declared;
  await handler.create({ inputs: handler.schema.parse(declared.inputs), name, physicalName: name, cloud });
  const queries = declared.inputs.metricQueries as { metric?: { namespace: string; metricName: string } }[];
  const metric = queries.flatMap(({ metric }) => metric ?? [])[0];
  if (!metric) throw new Error("expected the alarm to watch a metric");
  const { namespace, metricName, dimensions } = metric as typeof metric & { dimensions: Record<string, string> };
  await clock.advance((15 * second) / speed);
  return {
    pass: (milliseconds: number) => clock.advance(milliseconds),
    beat: () => cloudWatch.put([{ metric: { namespace, name: metricName, dimensions }, value: 1, at: undefined }]),
    value: () => cloudWatch.alarms.get(name)?.state.value,
  };
}
