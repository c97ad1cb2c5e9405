import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readStackConfig, refreshArgs, stackFileName } from "./stack-config.ts";
import { defaultConfig } from "./testing/default-config.ts";

const project = `config:\n${Object.entries(defaultConfig)
  .map(([key, value]) => `  ${key}: { default: ${JSON.stringify(value)} }`)
  .join("\n")}`;

it("replaces defaults by the stack's values, also those that Pulumi wrote as strings", () => {
  const { config, region } = readStackConfig(
    project,
    'config:\n  aws:region: us-east-1\n  sluice:protectData: "false"\n  sluice:maxInstances: "9"\n',
  );

  expect(region).toBe("us-east-1");
  expect(config).toEqual({ ...defaultConfig, protectData: false, maxInstances: 9 });
});

it("names the invalid keys", () => {
  expect(() => readStackConfig(project, "config: { sluice:egress: pigeon }")).toThrow(/sluice:egress/);
});

it("takes the examples of docs/scaling.md", () => {
  const guide = readFileSync(fileURLToPath(new URL("../docs/scaling.md", import.meta.url)), "utf8");
  const examples = [...guide.matchAll(/```\n(sluice:[^`]+)```/g)].map(([, text = ""]) => text.replaceAll(/^/gm, "  "));

  const configs = examples.map((example) => readStackConfig(project, `config:\n${example}`).config);

  expect(configs.map(({ scaleOutSteps }) => scaleOutSteps.length)).toEqual([2, 0]);
  expect(configs.map(({ taskSchedules }) => taskSchedules.length)).toEqual([0, 2]);
});

it("finds a stack's file by the last part of its name", () => {
  expect(stackFileName("acme/sluice/prod")).toBe("Pulumi.prod.yaml");
});

it.each([
  ["up", "step", ["--refresh"]],
  ["preview", "fixed", ["--refresh"]],
  ["up", "steering", []],
  ["destroy", "step", []],
] as const)(
  "%s in %s mode has Pulumi read first what a controller may have left: %j",
  (command, scalingMode, expected) => {
    expect(refreshArgs(command, { ...defaultConfig, scalingMode })).toEqual(expected);
  },
);
