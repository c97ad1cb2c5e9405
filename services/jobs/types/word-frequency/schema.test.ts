import { describe, expect, it } from "vitest";
import { payloadSchema } from "./schema.ts";

describe("a word count's payload", () => {
  it.each([{ text: "" }, { text: "a 🙂", top: 1 }, { objectKey: "uploads/a/b", top: 1000 }])("may be %j", (payload) => {
    expect(payloadSchema.safeParse(payload)).toEqual({ success: true, data: payload });
  });

  it.each([
    [{}, "", "either text or objectKey"],
    ["text", "", "either text or objectKey"],
    [{ text: "a", objectKey: "b" }, "", "either text or objectKey"],
    [{ text: 1 }, "", "either text or objectKey"],
    [{ text: "a", locale: "en" }, "", "locale"],
    [{ text: "a", top: 0 }, "top", "1"],
    [{ objectKey: "b", top: 1001 }, "top", "1000"],
    [{ objectKey: "" }, "objectKey", "1"],
    [{ text: "half a pair: \ud83d" }, "text", "surrogate"],
  ])("may not be %j, with the field and the reason", (payload, field, reason) => {
    const { error } = payloadSchema.safeParse(payload);

    expect(error?.issues).toHaveLength(1);
    expect(error?.issues[0]?.path.join(".")).toBe(field);
    expect(error?.issues[0]?.message).toContain(reason);
  });
});
