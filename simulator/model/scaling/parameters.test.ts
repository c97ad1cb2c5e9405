import { describe, expect, it } from "vitest";
import { defaults, parameters } from "./parameters.ts";

describe("the parameters of the scaling model", () => {
  it.each(Object.entries(parameters))("names the unit and the source of %s", (name, parameter) => {
    expect(name).toMatch(/(Milliseconds|Datapoints|Periods|Tasks|Count|ShareOfTarget)$/);
    expect(parameter.source).toMatch(/^\[(A|A23|B|C|D)\] \S+/);
  });

  it("gives each default from the table", () => {
    expect(defaults.alarmHighDatapoints).toBe(parameters.alarmHighDatapoints.value);
    expect(Object.keys(defaults)).toEqual(Object.keys(parameters));
  });
});
