import fc from "fast-check";
import { expect, it } from "vitest";
import { formatJobKey, parseJobKey } from "./job-key.ts";

const wellFormed = fc.string({ unit: "binary", minLength: 1 });
const keys = fc.record({ owner: wellFormed, jobId: wellFormed });

it("reads back every key it writes", () => {
  fc.assert(
    fc.property(keys, (key) => {
      expect(parseJobKey(formatJobKey(key))).toEqual(key);
    }),
  );
});

it("writes different keys differently", () => {
  fc.assert(
    fc.property(keys, keys, (one, other) => {
      const isSame = one.owner === other.owner && one.jobId === other.jobId;
      expect(formatJobKey(one) === formatJobKey(other)).toBe(isSame);
    }),
  );
});

it.each(["", "alice", "/job", "alice/"])("refuses %j", (text) => {
  expect(() => parseJobKey(text)).toThrow("Expected a job key");
});
