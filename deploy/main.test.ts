import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const ours = "arn:aws:ecs:eu-central-1:123456789012:task-definition/sluice-dev-worker:7";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-deploy-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

it("passes arguments and Node 24 to Pulumi, and returns its exit code", async () => {
  fakePulumi({ exitCode: 7 });

  const { exitCode } = await run(["preview", "--no-doctor", "--stack", "dev", "--diff", "--target=urn:a"]);

  expect(exitCode).toBe(7);
  const call = calls().find(({ args }) => args[0] === "preview");
  expect(call?.args).toEqual(["preview", "--stack", "dev", "--diff", "--target=urn:a"]);
  expect(call?.node).toMatch(/^v(2[4-9]|[3-9]\d)\./);
});

it("does not start Pulumi when the doctor finds problems", async () => {
  fakePulumi({ exitCode: 0 });

  const { exitCode, stdout, stderr } = await run(["up", "--stack", "dev"]);

  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/!! +AWS credentials +none found/);
  expect(stderr).toContain("--no-doctor");
  expect(calls().map(({ args }) => args[0])).not.toContain("up");
});

it("prints the doctor's verdicts as JSON", async () => {
  fakePulumi({ exitCode: 0 });

  const { stdout } = await run(["doctor", "--json", "--stack", "dev"]);

  const verdicts = JSON.parse(stdout) as { check: string; status: string }[];
  expect(verdicts.find(({ check }) => check === "stack")?.status).toBe("ok");
  expect(verdicts.find(({ check }) => check === "AWS credentials")?.status).toBe("problem");
});

it("explains before a destroy which data protectData keeps", async () => {
  fakePulumi({ exitCode: 0 });

  const { stdout } = await run(["destroy", "--no-doctor", "--stack", "prod"]);

  expect(stdout).toMatch(/protects its data[\s\S]*--exclude-protected --stack prod/);
});

it.each([
  ["that completed", ours, "COMPLETED", 0, /Rolled out: 1 of 1/],
  [
    "that ECS rolled back",
    ours.replace(":7", ":6"),
    "COMPLETED",
    1,
    /worker:6, not sluice-dev-worker:7[\s\S]*unhealthy/,
  ],
])("reports after an update a rollout %s", async (_, taskDefinition, rolloutState, expected, text) => {
  fakePulumi({ exitCode: 0 });
  const ecs = await fakeEcs({ taskDefinition, rolloutState });

  const { exitCode, stdout } = await run(["up", "--no-doctor", "--stack", "dev", "--yes"], {
    AWS_ACCESS_KEY_ID: "fake",
    AWS_SECRET_ACCESS_KEY: "fake",
    AWS_ENDPOINT_URL_ECS: ecs.url,
  });
  await ecs.close();

  expect(stdout).toMatch(text);
  expect(exitCode).toBe(expected);
});

it("starts the downloaded CLI when the PATH has none", async () => {
  const { version } = createRequire(import.meta.url)("@pulumi/pulumi/package.json") as { version: string };
  fakePulumi({ exitCode: 7, under: join(folder, ".pulumi/versions", version, "bin") });

  const { exitCode } = await run(["pulumi", "whoami", "--stack", "dev"]);

  expect(exitCode).toBe(0);
  expect(calls()).toMatchObject([{ args: ["whoami", "--stack", "dev"] }]);
});

it("says where the CLI would be downloaded, and the doctor downloads nothing", async () => {
  const { stdout } = await run(["doctor", "--stack", "dev"]);

  expect(stdout).toMatch(/! +Pulumi CLI: .*downloads .*\.pulumi\/versions/);
});

/** Writes a `pulumi` that records its calls. */
function fakePulumi({ exitCode, under = folder }: { exitCode: number; under?: string }): void {
  const outputs = JSON.stringify({ clusterName: "c", serviceName: "s", taskDefinitionArn: ours });
  const script = `#!/bin/sh
printf '{"node":"%s","args":"%s"}\\n' "$(node --version)" "$*" >> "${folder}/calls"
case "$1 $2" in
  "version "*) echo v3.270.0 ;;
  "whoami "*) echo '{"user":"ada","url":"file://~"}' ;;
  "stack ls") echo '[{"name":"dev","current":true}]' ;;
  "stack output") echo '${outputs}' ;;
  *) exit ${exitCode} ;;
esac
`;
  mkdirSync(under, { recursive: true });
  writeFileSync(join(under, "pulumi"), script);
  chmodSync(join(under, "pulumi"), 0o755);
}

function calls(): { node: string; args: string[] }[] {
  const lines = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
  return lines.map((line) => {
    const { node, args } = JSON.parse(line) as { node: string; args: string };
    return { node, args: args.split(" ") };
  });
}

async function fakeEcs(deployment: { taskDefinition: string; rolloutState: string }) {
  const primary = { status: "PRIMARY", desiredCount: 1, runningCount: 1, ...deployment };
  const events = [{ message: "(service s) is unhealthy" }];
  const body = JSON.stringify({ services: [{ status: "ACTIVE", desiredCount: 1, deployments: [primary], events }] });
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

/** Runs the command without this machine's AWS settings and Pulumi. */
function run(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    env: {
      PATH: folder,
      HOME: folder,
      AWS_EC2_METADATA_DISABLED: "true",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  return new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr })),
  );
}
