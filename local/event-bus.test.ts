import { expect, it } from "vitest";
import { matchesPattern } from "./event-bus.ts";

const event = { source: "aws.backup", resources: ["arn:a", "arn:b"], detail: { state: "FAILED", percent: 3 } };

it.each([
  [{ source: ["aws.backup"] }, true],
  [{ source: ["aws.ecs", "aws.backup"], detail: { state: ["FAILED"] } }, true],
  [{ source: ["aws.backup"], detail: { state: ["COMPLETED"] } }, false],
  [{ resources: ["arn:b"] }, true],
  [{ resources: ["arn:c"] }, false],
  [{ detail: { vault: ["x"] } }, false],
  [{ detail: { state: { name: ["x"] } } }, false],
  [{ detail: { percent: [{ numeric: [">", 0] }] } }, false],
])("the pattern %j matches: %s", (pattern, isMatch) => {
  expect(matchesPattern(pattern, event)).toBe(isMatch);
});
