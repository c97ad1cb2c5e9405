import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { expect, it } from "vitest";
import { fromAttributes, toAttributes } from "./attribute-values.ts";

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie("any"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).any;

const item = fc.dictionary(fc.string(), value, { noNullPrototype: true });

it("converts as the SDK does, both ways", () => {
  fc.assert(
    fc.property(item, (values) => {
      const expected = marshall(values);

      expect(toAttributes(values)).toEqual(expected);
      expect(fromAttributes(toAttributes(values))).toEqual(unmarshall(expected));
    }),
  );
});

it("leaves out undefined values", () => {
  expect(toAttributes({ a: undefined, b: { c: undefined, d: 1 } })).toEqual({ b: { M: { d: { N: "1" } } } });
});

it("leaves out sets and binary values", () => {
  const read = { a: { SS: ["x"] }, b: { B: "eA==" }, c: { S: "x" } } as never;

  expect(fromAttributes(read)).toEqual({ c: "x" });
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, () => {}])("refuses %s", (wrong) => {
  expect(() => toAttributes({ wrong })).toThrow("finite number");
});
