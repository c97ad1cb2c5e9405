import { describe, expect, it } from "vitest";
import { payloadSchema, payloadSchemaWithControls } from "./schema.ts";

describe("an echo's payload in a stack with test controls", () => {
  it.each([
    null,
    true,
    0,
    "text",
    [],
    [{ sleepMs: "not a control in a list" }],
    {},
    { hello: "world", deep: { sleepMs: -1, fail: "not a control down here" } },
    { sleepMs: 3_600_000, fail: { times: 1, message: "as asked", final: true }, more: [1] },
  ])("may be %j", (payload) => {
    const parsed = payloadSchemaWithControls.safeParse(payload);

    expect(parsed).toEqual({ success: true, data: payload });
  });

  it.each([
    [{ sleepMs: -1 }, "sleepMs"],
    [{ sleepMs: 3_600_001 }, "sleepMs"],
    [{ sleepMs: "5" }, "sleepMs"],
    [{ fail: true }, "fail"],
    [{ fail: { times: 0 } }, "fail.times"],
    [{ fail: { times: 1, reason: "unknown control" } }, "fail"],
  ])("may not be %j, with the field %s", (payload, field) => {
    const { error } = payloadSchemaWithControls.safeParse(payload);

    expect(error?.issues.map(({ path }) => path.join("."))).toEqual([field]);
  });
});

it.each([{ sleepMs: -1 }, { fail: true }, null])(
  "an echo's payload may be any JSON without test controls, %j",
  (payload) => {
    expect(payloadSchema.safeParse(payload)).toEqual({ success: true, data: payload });
  },
);
