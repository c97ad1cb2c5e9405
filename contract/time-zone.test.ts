import { describe, expect, it } from "vitest";
import { isTimeZone } from "./time-zone.ts";

describe("a time zone", () => {
  it.each(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kolkata"])("%s is known", (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(["", "+01:00", "Mars/Olympus", "Europe/Berlin "])("%j is not", (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
