import { expect, it } from "vitest";
import { explain } from "./aws-account.ts";
import { askPlatforms } from "./machine.ts";
import { createPulumiCli } from "./pulumi.ts";
import type { CommandResult } from "./run-command.ts";

const answer = (own: Partial<CommandResult>) => async () => ({ exitCode: 0, stdout: "", stderr: "", ...own });

it("reads the platforms of every node of a builder", async () => {
  const stdout = "Name: default\nPlatforms: linux/amd64*, linux/amd64/v2, linux/386\nPlatforms: linux/arm64\n";

  expect(await askPlatforms(answer({ stdout }))).toEqual({
    value: ["linux/amd64", "linux/amd64/v2", "linux/386", "linux/arm64"],
  });
});

it("distinguishes a missing login from other failures of the CLI", async () => {
  const loggedOut = answer({ exitCode: 255, stderr: "error: PULUMI_ACCESS_TOKEN must be set for login" });

  expect(await createPulumiCli(loggedOut).login()).toEqual({ value: undefined });
  expect(await createPulumiCli(answer({ exitCode: 1, stderr: "error: disk full" })).login()).toEqual({
    unknown: "pulumi: error: disk full",
  });
  expect(await createPulumiCli(answer({ stdout: "not json" })).stacks()).toHaveProperty("unknown");
});

it("distinguishes missing and refused credentials from an unreachable AWS", () => {
  const refused = Object.assign(new Error("expired"), { name: "ExpiredToken", $metadata: { httpStatusCode: 403 } });

  expect(explain(new Error("Could not load credentials from any providers")).kind).toBe("none");
  expect(explain(refused).kind).toBe("refused");
  expect(explain(new Error("getaddrinfo ENOTFOUND sts.eu-central-1.amazonaws.com")).kind).toBe("unreachable");
});
