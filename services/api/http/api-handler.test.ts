import { expect, it } from "vitest";
import { ManualClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { apiEvent, bodyOf } from "../testing/api-request.ts";
import { apiHandler, type Operation } from "./api-handler.ts";

const context = { getRemainingTimeInMillis: () => 28_000 };

function start(operation: Operation) {
  const clock = new ManualClock();
  const handler = apiHandler(silentLog, operation, undefined, clock);
  return { clock, reply: handler(apiEvent("POST /jobs"), context) };
}

it("answers 503 with Retry-After before the function's timeout", async () => {
  const { clock, reply } = start(() => new Promise(() => {}));

  await clock.advance(27_500);

  expect(await reply).toMatchObject({ statusCode: 503, headers: { "retry-after": "1" } });
  expect(bodyOf(await reply)).toMatchObject({ type: "urn:sluice:problem:unavailable" });
});

it("leaves no timer after its answer", async () => {
  const waits = new Set<number>();
  const clock = {
    now: () => 0,
    after(milliseconds: number) {
      waits.add(milliseconds);
      return () => waits.delete(milliseconds);
    },
  };
  const handler = apiHandler(silentLog, async () => ({ status: 200, body: {} }), undefined, clock);

  const { statusCode } = await handler(apiEvent("POST /jobs"), context);

  expect(statusCode).toBe(200);
  expect(waits.size).toBe(0);
});
