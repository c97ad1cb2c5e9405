import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readProject } from "./project.ts";

const projectFile = `
name: sluice
runtime: { name: nodejs, options: { typescript: false, nodeargs: "--trace-warnings --no-deprecation" } }
config:
  maxTasks: { type: integer, default: 4, description: upper bound of workers }
  protect: { type: boolean, default: false }
  zones: { type: array, items: { type: string }, default: [a, b] }
  email: { type: string, default: nobody@example.com }
  apiKey: { type: string, secret: true, default: none }
  aws:region: eu-west-1
`;

test("uses the defaults of the project when the stack has no file", async () => {
  const directory = await makeProject({ "Pulumi.yaml": projectFile });

  const project = await readProject(directory, "dev", {});

  expect(project).toEqual({
    name: "sluice",
    main: directory,
    workingDirectory: directory,
    config: {
      "sluice:maxTasks": "4",
      "sluice:protect": "false",
      "sluice:zones": '["a","b"]',
      "sluice:email": "nobody@example.com",
      "sluice:apiKey": "none",
      "aws:region": "eu-west-1",
    },
    secretKeys: ["sluice:apiKey"],
    nodeArguments: ["--trace-warnings", "--no-deprecation"],
  });
});

test("overrides the project's defaults by the stack's values, and both by overrides", async () => {
  const stackFile = `
config:
  sluice:maxTasks: 20
  email: ops@example.com
  sluice:extra: { deep: [1] }
`;
  const directory = await makeProject({ "Pulumi.yaml": projectFile, "Pulumi.prod.yaml": stackFile });

  const { config } = await readProject(directory, "prod", { "sluice:maxTasks": "30", "aws:region": "us-east-1" });

  expect(config).toMatchObject({
    "sluice:maxTasks": "30",
    "sluice:email": "ops@example.com",
    "sluice:extra": '{"deep":[1]}',
    "aws:region": "us-east-1",
  });
});

test("finds the program's folder when `main` is a file", async () => {
  const directory = await makeProject({
    "Pulumi.yaml": "name: a\nruntime: nodejs\nmain: program.ts",
    "program.ts": "",
  });

  const { main, workingDirectory } = await readProject(directory, "dev", {});

  expect({ main, workingDirectory }).toEqual({ main: join(directory, "program.ts"), workingDirectory: directory });
});

test("names every value that is missing, encrypted or of the wrong type", async () => {
  const declarations = projectFile.replace("default: nobody@example.com", "description: address for alarms");
  const stackFile = `
config:
  sluice:maxTasks: many
  sluice:protect: maybe
  sluice:zones: a
  sluice:apiKey: { secure: AAAB }
`;
  const directory = await makeProject({ "Pulumi.yaml": declarations, "Pulumi.dev.yaml": stackFile });

  await expect(readProject(directory, "dev", {})).rejects.toMatchObject({
    code: "config",
    message: `The configuration of stack dev does not match its declaration:
  sluice:maxTasks: should be of type integer, but is "many"
  sluice:protect: should be of type boolean, but is "maybe"
  sluice:zones: should be of type array, but is "a"
  sluice:email: is not set and has no default
  sluice:apiKey: is encrypted in the stack's file and cannot be read here; override it`,
  });
});

test("accepts an override of an encrypted value, and keeps it secret", async () => {
  const stackFile = "config: { sluice:other: { secure: AAAB } }";
  const directory = await makeProject({ "Pulumi.yaml": projectFile, "Pulumi.dev.yaml": stackFile });

  const { config, secretKeys } = await readProject(directory, "dev", { "sluice:other": "in the clear" });

  expect(config["sluice:other"]).toBe("in the clear");
  expect(secretKeys).toContain("sluice:other");
});

test.each([
  ["is not YAML", "name: [", /Cannot read .*Pulumi\.yaml: .* at line 1/],
  ["has no name", "runtime: nodejs", /Pulumi\.yaml is not as expected:.*name/s],
  ["is for another language", "name: a\nruntime: python", /Pulumi\.yaml is not as expected:.*runtime/s],
  ["names a missing program", "name: a\nruntime: nodejs\nmain: infra", /There is no program at .*infra, the `main` of/],
])("reports a project file that %s", async (_, content, message) => {
  const directory = await makeProject({ "Pulumi.yaml": content });

  await expect(readProject(directory, "dev", {})).rejects.toMatchObject({
    code: "project",
    message: expect.stringMatching(message),
  });
});

test("reports a missing project file", async () => {
  const directory = await makeProject({});

  await expect(readProject(directory, "dev", {})).rejects.toThrow(/Cannot read .*Pulumi\.yaml: ENOENT/);
});

async function makeProject(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "engine-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  return directory;
}
