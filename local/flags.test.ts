import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { defaultPort, readFlags } from "./flags.ts";

describe("the command line", () => {
  it("may be empty", () => {
    expect(readFlags([])).toEqual({
      isHelp: false,
      isOnce: false,
      hasDemo: true,
      port: 7584,
      speed: 60,
      folder: ".sluice",
      restore: "",
      config: {},
    });
  });

  it("serves the API on a port that stays the same, where it stays up", () => {
    expect(readFlags([]).port).toBe(defaultPort);
    expect(readFlags(["--once"]).port).toBe(0);
    expect(readFlags(["--once", "--port", "8080"]).port).toBe(8080);
  });

  it("sets configuration values, also such as hold an equals sign", () => {
    expect(readFlags(["--set", "sluice:slots=4", "--set", "sluice:imageUri=a/b?c=d"]).config).toEqual({
      "sluice:slots": "4",
      "sluice:imageUri": "a/b?c=d",
    });
  });

  it("is refused whole, with all that is wrong with it", () => {
    expect(() => readFlags(["--port", "abc", "--speed", "0", "--set", "nonsense"])).toThrow(
      /--port .*"abc"[\s\S]*--speed .*"0"[\s\S]*--set .*"nonsense"/,
    );
  });

  it("is refused where it names what there is not", () => {
    expect(() => readFlags(["--fast"])).toThrow(/--fast/);
  });
});

describe("the documentation", () => {
  it.each(["README.md", "docs/laptop.md"])("names the port in %s", (file) => {
    const document = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");

    expect(document).toContain(`http://127.0.0.1:${defaultPort}`);
  });
});
