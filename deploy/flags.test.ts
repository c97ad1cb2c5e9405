import { expect, it } from "vitest";
import { readFlags } from "./flags.ts";

it("reads its own flags and passes Pulumi the rest, in order", () => {
  const flags = readFlags([
    "up",
    "--yes",
    "--stack=prod",
    "--target",
    "urn:a",
    "--no-doctor",
    "--rollout-minutes",
    "40",
  ]);

  expect(flags).toMatchObject({ command: "up", stack: "prod", hasDoctor: false, rolloutMinutes: 40 });
  expect(flags.pulumiArgs).toEqual(["--yes", "--target", "urn:a"]);
});

it("passes every argument of the pulumi command, even those with names of its own flags", () => {
  expect(readFlags(["pulumi", "config", "set", "--stack", "prod", "--help"]).pulumiArgs).toEqual([
    ...["config", "set", "--stack", "prod", "--help"],
  ]);
});

it("refuses a command line with a list of every problem", () => {
  expect(() => readFlags(["fly", "--stack", "--rollout-minutes", "0"])).toThrow(/--stack expects[\s\S]*fly/);
  expect(() => readFlags(["up", "--rollout-minutes", "soon"])).toThrow(/--rollout-minutes expects/);
  expect(() => readFlags(["doctor", "--yes"])).toThrow(/expected a flag of this command; came "--yes"/);
});
