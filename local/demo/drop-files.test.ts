import { expect, it } from "vitest";
import { compareEvents } from "./drop-files.ts";

it("events at their places are as expected", () => {
  expect(compareEvents(["a succeeded", "b failed"], ["a succeeded", "b failed"])).toEqual([]);
});

it("an event that is missing, and one in the wrong queue, is one sentence each", () => {
  expect(compareEvents(["a succeeded", "b failed"], ["a succeeded", "b failed in demo-succeeded"])).toEqual([
    'expected the event "b failed" in its queue; it is not there',
    'expected no event "b failed in demo-succeeded"; it came',
  ]);
});
