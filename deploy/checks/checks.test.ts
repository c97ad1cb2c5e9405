import { describe, expect, it } from "vitest";
import { defaultConfig } from "../testing/default-config.ts";
import { judgeCredentials } from "./credentials.ts";
import { judgeImageBuilder } from "./image-builder.ts";
import { judgeQuota, judgeTableWrites, quotasOf } from "./limits.ts";
import { judgeRegion } from "./region.ts";
import { judgeBackend, judgeStack } from "./stack.ts";
import { judgeNode, judgePulumiCli } from "./tool-versions.ts";

const none = { unknown: "there is no such command" };

it("Node is checked in the version that Pulumi will find", () => {
  expect(judgeNode({ forPulumi: { value: "24.1.0" }, ofMachine: { value: "20.9.0" } }).status).toBe("ok");
  expect(judgeNode({ forPulumi: { value: "20.5.1" }, ofMachine: none }).status).toBe("problem");
  expect(judgeNode({ forPulumi: { value: "20.6.0" }, ofMachine: { value: "20.6.0" } }).status).toBe("ok");
  expect(judgeNode({ forPulumi: { value: "24.1.0" }, ofMachine: { value: "18.0.0" } }).status).toBe("warning");
});

it("the CLI must answer, be new enough for Pulumi.yaml, and not be older than the SDK", () => {
  const installation = { file: "/usr/bin/pulumi", downloadFolder: "/home/ada/.pulumi/versions/3.270.0" };
  const statuses = [none, { value: "3.9.0" }, { value: "3.100.0" }, { value: "3.270.0" }].map(
    (version) => judgePulumiCli({ version, sdkVersion: "3.270.0", installation }).status,
  );

  expect(statuses).toEqual(["problem", "problem", "warning", "ok"]);
});

it("a missing CLI is a warning, because it will be downloaded", () => {
  const installation = { file: undefined, downloadFolder: "/home/ada/.pulumi/versions/3.270.0" };

  const verdict = judgePulumiCli({ version: none, sdkVersion: "3.270.0", installation });

  expect(verdict).toMatchObject({
    status: "warning",
    advice: expect.stringMatching(/downloads 3\.270\.0 into \/home\/ada/),
  });
});

it("the backend is unknown without a CLI, and a problem without a login", () => {
  expect(judgeBackend(none).status).toBe("unknown");
  expect(judgeBackend({ value: undefined }).status).toBe("problem");
  expect(judgeBackend({ value: { user: "ada", url: "file://~" } }).found).toBe("ada at file://~");
});

it("a stack must exist, and be named or selected", () => {
  const stacks = { value: [{ name: "acme/sluice/dev", current: false }] };

  expect(judgeStack({ wanted: "dev", stacks }).status).toBe("ok");
  expect(judgeStack({ wanted: "prod", stacks })).toMatchObject({
    status: "problem",
    found: expect.stringMatching(/prod.*dev/),
  });
  expect(judgeStack({ wanted: undefined, stacks }).advice).toMatch(/stack select/);
  expect(judgeStack({ wanted: undefined, stacks: { value: [] } }).advice).toMatch(/stack init/);
});

it("a region must be set, well formed and enabled", () => {
  const judge = (region: string | undefined, isEnabled?: boolean) =>
    judgeRegion({ region, file: "Pulumi.dev.yaml", isEnabled }).status;

  expect([judge(undefined), judge("Frankfurt"), judge("af-south-1", false), judge("us-gov-west-1", true)]).toEqual([
    "problem",
    "problem",
    "problem",
    "ok",
  ]);
});

it("credentials can be missing, refused, unchecked, or those of the root user", () => {
  const identity = { account: "1", arn: "arn:aws:iam::1:root" };

  expect(judgeCredentials({ kind: "none" }).status).toBe("problem");
  expect(judgeCredentials({ kind: "refused", reason: "ExpiredToken" }).advice).toMatch(/sso login/);
  expect(judgeCredentials({ kind: "unreachable", reason: "ENOTFOUND" }).status).toBe("unknown");
  expect(judgeCredentials({ kind: "known", identity }).status).toBe("warning");
});

it("the API's default limits fit a new table, and higher ones are a warning", () => {
  const higher = { ...defaultConfig, apiRequestsPerSecond: 5_000 };

  expect(judgeTableWrites(defaultConfig)).toMatchObject({
    status: "ok",
    found: "the API accepts up to 4000 jobs in one second, a new table takes 4000",
  });
  expect(judgeTableWrites(higher).advice).toMatch(/pre-warm/);
});

describe("the worker's image", () => {
  const built = { imageUri: "", architecture: "arm64", daemon: { value: "linux/amd64" }, platforms: none } as const;

  it("needs no Docker when it is built already", () => {
    expect(judgeImageBuilder({ ...built, imageUri: "a/b:c", daemon: none }).status).toBe("ok");
  });

  it("needs emulation for another architecture", () => {
    expect(judgeImageBuilder({ ...built, daemon: none }).status).toBe("problem");
    expect(judgeImageBuilder(built).status).toBe("unknown");
    expect(judgeImageBuilder({ ...built, platforms: { value: ["linux/amd64"] } }).advice).toMatch(
      /binfmt --install arm64/,
    );
    expect(judgeImageBuilder({ ...built, platforms: { value: ["linux/amd64", "linux/arm64"] } }).status).toBe("ok");
    expect(judgeImageBuilder({ ...built, daemon: { value: "linux/arm64" } }).status).toBe("ok");
  });
});

describe("a quota", () => {
  const judge = (code: string, allowed: number, change = {}) => {
    const quota = quotasOf({ ...defaultConfig, ...change }).find(({ quotaCode }) => quotaCode === code);
    return quota && judgeQuota(quota, { value: allowed });
  };

  it("of a new account has no room for reserved concurrency, which AWS would refuse", () => {
    expect(judge("L-B99A9384", 10)).toMatchObject({
      status: "problem",
      found: "10 allowed, 103 to reserve beside 100 unreserved",
      advice: expect.stringMatching(/statusConcurrency 0.*L-B99A9384/),
    });
    expect(judge("L-B99A9384", 150)).toMatchObject({
      status: "problem",
      advice: expect.stringMatching(/statusConcurrency 47/),
    });
    expect(judge("L-B99A9384", 150, { statusConcurrency: 47 })?.status).toBe("warning");
    expect(judge("L-B99A9384", 203)?.status).toBe("warning");
  });

  it("of a new account limits the request rate of the API", () => {
    expect(judge("L-B99A9384", 10, { statusConcurrency: 0 })).toMatchObject({
      status: "warning",
      advice: expect.stringMatching(/about 80 requests\/s.*L-B99A9384/),
    });
    expect(judge("L-B99A9384", 1000)?.status).toBe("ok");
  });

  it("of API Gateway is compared with the API's own throttling", () => {
    expect(judge("L-8A5B8E43", 10_000)?.status).toBe("ok");
    expect(judge("L-8A5B8E43", 2_500)).toMatchObject({
      status: "warning",
      advice: expect.stringMatching(/429 above 2500.*L-8A5B8E43/),
    });
  });

  it("of vCPUs is compared with maxInstances", () => {
    expect(judge("L-1216C47A", 1)?.status).toBe("problem");
    expect(judge("L-1216C47A", 5)?.advice).toMatch(/ends at 2 of 5/);
    expect(judge("L-1216C47A", 10)?.status).toBe("ok");
    expect(judge("L-1216C47A", 999, { instanceType: "p5.48xlarge" })?.status).toBe("unknown");
  });

  it("of instances with GPUs is that of their family", () => {
    expect(judge("L-DB2E81BA", 4, { instanceType: "g5.xlarge", maxInstances: 5 })?.advice).toMatch(/ends at 1 of 5/);
    expect(judge("L-1216C47A", 4, { instanceType: "g5.xlarge" })).toBeUndefined();
  });

  it("of Fargate's vCPUs is compared with maxTasks, and instances have none", () => {
    const fargate = { compute: "fargate" as const };

    expect(judge("L-3032A538", 0.25, fargate)?.status).toBe("problem");
    expect(judge("L-3032A538", 2, fargate)?.advice).toMatch(/ends at 4 of 10/);
    expect(judge("L-3032A538", 6, fargate)?.status).toBe("ok");
    expect(judge("L-36FBB829", 2, { compute: "fargate-spot" })?.found).toContain("4.5 for 9 tasks");
    expect(judge("L-1216C47A", 100, fargate)).toBeUndefined();
    expect(judge("L-3032A538", 6)).toBeUndefined();
  });

  it("of Spot applies only with Spot instances", () => {
    expect(judge("L-34B43A08", 100)).toBeUndefined();
    expect(judge("L-34B43A08", 4, { spotPercent: 60 })?.found).toContain("6 for 3");
    expect(judge("L-1216C47A", 4, { spotPercent: 60 })?.found).toContain("4 for 2");
  });

  it("of addresses counts one NAT gateway per zone, and none with endpoints", () => {
    expect(judge("L-0263D0A3", 1, { natPerZone: true })?.status).toBe("problem");
    expect(judge("L-0263D0A3", 0, { egress: "endpoints" })).toBeUndefined();
  });
});
