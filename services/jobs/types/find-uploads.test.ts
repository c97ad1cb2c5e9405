import { describe, expect, it } from "vitest";
import * as z from "zod";
import { uploadKeySchema } from "../../../contract/upload.ts";
import { findUploads } from "./find-uploads.ts";
import { payloadSchemasOf } from "./schemas.ts";

const image = z.strictObject({ key: uploadKeySchema.describe("An image."), title: z.string().optional() });

describe("the uploads that a payload names", () => {
  it.each([
    ["a member", image, { key: "a", title: "b" }, ["key"]],
    ["an optional member", z.object({ key: uploadKeySchema.optional() }), { key: "a" }, ["key"]],
    ["an optional member that is missing", z.object({ key: uploadKeySchema.optional() }), {}, []],
    [
      "members of list items",
      z.object({ images: z.array(image) }),
      { images: [{ key: "a" }, { key: "b" }] },
      ["images.0.key", "images.1.key"],
    ],
    ["the form that the value has", z.union([z.strictObject({ text: z.string() }), image]), { key: "a" }, ["key"]],
    ["nothing in another form", z.union([z.strictObject({ text: z.string() }), image]), { text: "a" }, []],
    ["the whole value", uploadKeySchema, "a", [""]],
  ])("are found in %s", (_name, schema, value, found) => {
    expect(findUploads(schema, value).map(({ path }) => path.join("."))).toEqual(found);
  });

  it("are not silently missed in a kind of schema that is not searched", () => {
    expect(() => findUploads(z.record(z.string(), uploadKeySchema), { a: "b" })).toThrow("came record");
  });

  it.each([
    ["echo", { objectKey: "any JSON" }, []],
    ["word-frequency", { text: "to be", top: 3 }, []],
    ["word-frequency", { objectKey: "uploads/alice/1", top: 3 }, ["uploads/alice/1"]],
  ] as const)("are known of job type %s with %j", (type, payload, keys) => {
    expect(
      findUploads(payloadSchemasOf({ testControls: true })[type], payload).map(({ objectKey }) => objectKey),
    ).toEqual(keys);
  });
});
