import { resolve } from "node:path";
import { expect, test } from "vitest";
import { signatureKey, signatures, unknownText } from "./protocol.ts";
import { fromWire, toWire, unknownValue } from "./values.ts";

const reading = { directory: "/program" };

test("unwraps a secret in place, and gives its path", () => {
  const secretPaths: string[] = [];
  const wire = { list: [{ token: { [signatureKey]: signatures.secret, value: "s3cret" } }], plain: 1 };

  const values = fromWire(wire, { ...reading, onSecret: (path) => secretPaths.push(path) });

  expect(values).toEqual({ list: [{ token: "s3cret" }], plain: 1 });
  expect(secretPaths).toEqual(["list[0].token"]);
});

test("reads a reference to a resource as its id, or as its urn without an id", () => {
  const reference = { [signatureKey]: signatures.resource, urn: "urn:a" };

  expect(fromWire([{ ...reference, id: "a-1" }, reference, { ...reference, id: "" }], reading)).toEqual([
    "a-1",
    "urn:a",
    unknownValue,
  ]);
});

test("distinguishes unknown values from all others in both directions", () => {
  const values = fromWire({ arn: unknownText, list: [unknownText] }, reading);

  expect(values).toEqual({ arn: unknownValue, list: [unknownValue] });
  expect(toWire(values)).toEqual({ arn: unknownText, list: [unknownText] });
});

test("converts assets to data with absolute paths, and back", () => {
  const archive = {
    [signatureKey]: signatures.archive,
    assets: {
      text: { [signatureKey]: signatures.asset, text: "" },
      file: { [signatureKey]: signatures.asset, path: resolve("/program/a.txt") },
      folder: { [signatureKey]: signatures.archive, path: resolve("/program/lib") },
      page: { [signatureKey]: signatures.asset, uri: "https://example.com" },
    },
  };

  const values = fromWire({ archive }, reading);

  expect(values).toEqual({
    archive: {
      archive: "assets",
      assets: {
        text: { asset: "string", text: "" },
        file: { asset: "file", path: resolve("/program/a.txt") },
        folder: { archive: "file", path: resolve("/program/lib") },
        page: { asset: "remote", uri: "https://example.com" },
      },
    },
  });
  expect(toWire(values)).toEqual({ archive });
});

test("leaves out keys without a value, and keeps the positions in a list", () => {
  expect(toWire({ a: undefined, b: null, c: [1, undefined, 3] })).toEqual({ b: null, c: [1, null, 3] });
});

test.each([
  ["a date", { tags: [{ since: new Date(0) }] }, "tags[0].since should be plain data, but is Date"],
  ["a function", { run: () => 1 }, "run should be plain data, but is function"],
])("refuses %s, and names its path", (_, values, message) => {
  expect(() => toWire(values)).toThrow(message);
});
