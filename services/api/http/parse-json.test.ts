import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../contract/job.ts";
import { limits } from "../../../contract/limits.ts";
import { parseJson } from "./parse-json.ts";
import { Problem } from "./problem.ts";

const body = { field: "body", prefix: "" } as const;

function parse(text: string): unknown {
  return parseJson(Buffer.from(text), body);
}

function refusalOf(text: string, source: Parameters<typeof parseJson>[1] = body): ReturnType<Problem["body"]> {
  try {
    parseJson(Buffer.from(text), source);
  } catch (error) {
    if (error instanceof Problem) return error.body();
    throw error;
  }
  throw new Error(`Expected a refusal; the text was taken: ${text.slice(0, 100)}`);
}

/** JSON as a client might spell it: escapes that need not be, names out of order, numbers in other forms, white space. */
const spelledJson = fc
  .tuple(fc.jsonValue({ maxDepth: 6, stringUnit: "binary" }), fc.infiniteStream(fc.nat({ max: 5 })))
  .map(([value, choices]) => {
    const choose = () => Number(choices.next().value);
    const spellText = (text: string) =>
      choose() === 0
        ? `"${Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")}"`
        : JSON.stringify(text);
    const spell = (it: Json): string => {
      const space = ["", "", "", " ", "\n", "\t\r"][choose()] ?? "";
      if (Array.isArray(it)) return `[${space}${it.map(spell).join(",")}]${space}`;
      if (typeof it === "string") return `${space}${spellText(it)}`;
      if (typeof it === "number" && Number.isInteger(it) && Math.abs(it) < 1e15 && choose() === 0) return `${it}.0`;
      if (typeof it !== "object" || it === null) return `${space}${JSON.stringify(it)}`;
      const members = Object.entries(it).map(([name, member]) => `${spellText(name)}:${spell(member as Json)}`);
      return `{${members.join(",")}${space}}`;
    };
    return { value: JSON.parse(JSON.stringify(value)) as Json, text: spell(value as Json) };
  });

describe("accepted JSON", () => {
  it("keeps its value in any notation", () => {
    fc.assert(
      fc.property(spelledJson, ({ value, text }) => {
        const taken = parse(text);

        expect(JSON.stringify(taken)).toBe(JSON.stringify(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['{"__proto__":{"a":1},"constructor":2,"":3}'],
    ['"\\ud800 half a pair, \\udc00 the other"'],
    ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}'],
    ["[0.1,-1.5e-7,9007199254740991,1e+21,5e-324]"],
    ["[".repeat(limits.requestDepth) + "]".repeat(limits.requestDepth)],
  ])("is serialized unchanged: %s", (text) => {
    expect(JSON.stringify(parse(text))).toBe(text);
  });
});

describe("JSON that would lose information", () => {
  it("is refused with each field, the expected and the received value", () => {
    const text = '{"payload":{"n":12345678901234567890,"m":[1,1e400,-1e-400],"a":1,"\\u0061":2}}';

    const expected = "a number that a 64-bit float represents exactly";
    expect(refusalOf(text)).toMatchObject({
      status: 400,
      type: "urn:sluice:problem:inexact-json",
      errors: [
        { field: "payload.n", expected, came: "12345678901234567890, which would become 12345678901234567000" },
        { field: "payload.m.1", expected, came: "1e400, which would become Infinity" },
        { field: "payload.m.2", expected, came: "-1e-400, which would become 0" },
        { field: "payload.a", expected: "each name once in an object", came: "a duplicate" },
      ],
    });
  });

  it.each([
    ['{"a":1,"a":1}', "a"],
    ['{"__proto__":1,"__proto__":2}', "__proto__"],
    ['{"":1,"":2}', "body"],
    ['[{"a":{"b":1,"c":{},"b":2}}]', "0.a.b"],
    ["1e999", "body"],
  ])("is refused with its field: %s", (text, field) => {
    expect(refusalOf(text).errors).toMatchObject([{ field }]);
  });

  it("has the same field names in an uploaded document as in a payload", () => {
    expect(refusalOf('{"n":1e400}', { field: "payloadKey", prefix: "payload" }).errors).toMatchObject([
      { field: "payload.n" },
    ]);
  });

  it("is refused with the first fields, and the number of the others", () => {
    const { errors, moreErrors, detail } = refusalOf(`[${Array(1_000).fill("1e400").join(",")}]`);

    expect(errors).toHaveLength(limits.problemErrors);
    expect(moreErrors).toBe(1_000 - limits.problemErrors);
    expect(detail).toMatch(/ And 990 more\.$/);
  });

  it.each([limits.requestDepth + 1, 100_000])(
    "is refused when it is nested %i deep, without a stack overflow",
    (depth) => {
      const isParsed = depth < 10_000;

      const { type, errors } = refusalOf("[".repeat(depth) + "]".repeat(depth));

      expect(errors).toMatchObject([{ field: "body" }]);
      if (isParsed) expect(type).toBe("urn:sluice:problem:too-deep");
    },
  );
});
