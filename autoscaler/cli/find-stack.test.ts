import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { findStack } from "./find-stack.ts";

const outputs = {
  clusterName: "workers",
  serviceName: "worker",
  scalingTableName: "scaling",
  queueUrl: "https://sqs.eu-west-3.amazonaws.com/1/jobs",
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-scaler-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Puts a fake Pulumi CLI that prints the text first in PATH. */
function pulumiPrints(text: string): void {
  const file = join(folder, "pulumi");
  writeFileSync(file, `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`);
  chmodSync(file, 0o755);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`);
}

function writeLaptop(): void {
  writeFileSync(join(folder, "outputs.json"), JSON.stringify(outputs));
  writeFileSync(join(folder, "operator.json"), JSON.stringify({ AWS_ENDPOINT_URL: "http://127.0.0.1:1" }));
}

it("finds the Pulumi stack first, and its region in the queue URL", async () => {
  pulumiPrints(JSON.stringify(outputs));

  expect(await findStack({ root: folder, folder: undefined })).toEqual({
    ...outputs,
    where: "the Pulumi stack",
    variables: { AWS_REGION: "eu-west-3" },
  });
});

it("finds the stack in a given folder, with the variables of its cloud", async () => {
  pulumiPrints(JSON.stringify(outputs));
  writeLaptop();

  expect(await findStack({ root: "/", folder })).toEqual({
    ...outputs,
    where: "the stack on this machine",
    variables: { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
  });
});

it("reports where it has searched if there is no stack", async () => {
  pulumiPrints("{}");

  await expect(findStack({ root: folder, folder: undefined })).rejects.toThrow(
    `Expected a Pulumi stack with outputs, or a stack on this machine (${join(folder, ".sluice")}); there is none.`,
  );
});

it("names the missing outputs of a stack of another program", async () => {
  pulumiPrints(JSON.stringify({ clusterName: "workers" }));

  await expect(findStack({ root: folder, folder: undefined })).rejects.toThrow("missing: serviceName, queueUrl");
});
