import { describe, expect, it } from "vitest";
import { choice, formatHelp, list, number, text, toggle } from "./flag-kinds.ts";
import { readCommandLine } from "./flags.ts";

const flags = {
  once: toggle("ends afterwards"),
  port: number("N", "the port", { least: 0, most: 65_535, isWhole: true }, 80),
  color: choice("COLOR", "of all lines", ["red", "green"], "red"),
  folder: { ...text("PATH", "where files go", undefined), short: "f" },
  set: list("KEY=VALUE", "one setting", (given) => {
    if (given.includes("=")) return given;
    throw new Error(`expects KEY=VALUE; came "${given}"`);
  }),
};

function read(line: string, hasRest = false) {
  const args = line.split(" ").filter(Boolean);
  return readCommandLine({ command: "npm run paint --", flags, args, hasRest }, ({ values, rest }) => ({
    ...values,
    rest,
  }));
}

function problemsOf(line: string): string[] {
  try {
    read(line);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n  - ").slice(1);
  }
}

describe("a command line", () => {
  it("may be empty: each flag has its fallback", () => {
    expect(read("")).toEqual({
      once: false,
      port: 80,
      color: "red",
      folder: undefined,
      set: [],
      rest: [],
      isHelp: false,
    });
  });

  it("gives a flag its value after a space or an equals sign, also by a one-letter name", () => {
    expect(read("--once --port 8080 --color=green -f there --set a=1 --set b=2")).toMatchObject({
      once: true,
      port: 8080,
      color: "green",
      folder: "there",
      set: ["a=1", "b=2"],
    });
  });

  it("takes the last of several values", () => {
    expect(read("--port 1 --port 2").port).toBe(2);
  });

  it("is refused with a list of every problem, with expected and given value", () => {
    expect(problemsOf("--port 65536 --color blue --once=yes --set a --set b=1 --set c --folder")).toEqual([
      '--once expects no value; came "yes"',
      "--folder expects PATH; nothing came",
      '--port expects a whole number from 0 to 65535; came "65536"',
      '--color expects one of red, green; came "blue"',
      '--set expects KEY=VALUE; came "a"',
      '--set expects KEY=VALUE; came "c"',
    ]);
  });

  it.each(["soon", "-1", "1.5", ""])("refuses the number %j", (given) => {
    expect(problemsOf(`--port=${given}`)).toEqual([`--port expects a whole number from 0 to 65535; came "${given}"`]);
  });

  it("does not take a flag as another's value", () => {
    expect(problemsOf("--folder --once")).toEqual(['--folder expects PATH; came "--once"']);
  });

  it.each([
    ["--prot 8080", 'expected a flag of this command; came "--prot", did you mean --port?'],
    ["--colour=red", 'expected a flag of this command; came "--colour", did you mean --color?'],
    ["--verbose", 'expected a flag of this command; came "--verbose"'],
    ["paint", 'expected flags only; came "paint"'],
  ])("refuses %s, and suggests a flag with a similar name", (line, problem) => {
    expect(problemsOf(line)).toEqual([problem]);
  });

  it("keeps unknown arguments in their order if asked to", () => {
    const { once, rest } = read("up --yes --once -v --target=a b", true);

    expect(once).toBe(true);
    expect(rest).toEqual(["up", "--yes", "-v", "--target=a", "b"]);
  });

  it.each(["--help", "-h", "--help --port soon --unknown"])(
    "asks for help by %s, whatever other problems there are",
    (line) => {
      expect(read(line).isHelp).toBe(true);
    },
  );

  it("is also refused by a check of several flags", () => {
    const build = () =>
      readCommandLine({ command: "npm run paint --", flags, args: ["--port", "x"] }, ({ refuse }) => {
        refuse("--once expects --folder beside it");
        return {};
      });

    expect(build).toThrow(/npm run paint -- --help lists all flags[\s\S]*--port expects[\s\S]*--once expects --folder/);
  });
});

describe("a command's help", () => {
  it("names each flag with its value, range and default", () => {
    expect(formatHelp("Paints lines.", flags)).toBe(`Paints lines.

  --once             ends afterwards
  --port N           the port (from 0 to 65535, default 80)
  --color COLOR      of all lines: red, green (default red)
  -f, --folder PATH  where files go
  --set KEY=VALUE    one setting; may be repeated
`);
  });
});
