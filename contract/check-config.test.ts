import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkConfig } from "./check-config.ts";
import { configKeys } from "./config.ts";
import { declared, defaults } from "./testing/declared-config.ts";

describe("the configuration", () => {
  it("reads exactly the keys that Pulumi.yaml declares, each with type, default and description", () => {
    expect(Object.keys(declared).sort()).toEqual([...configKeys].sort());
    for (const [key, entry] of Object.entries(declared)) {
      expect(Object.keys(entry).sort(), key).toEqual(
        entry.type === "array" ? ["default", "description", "items", "type"] : ["default", "description", "type"],
      );
    }
  });

  it("takes the defaults of Pulumi.yaml", () => {
    expect(checkConfig(defaults)).toHaveProperty("config");
  });

  it("reports every problem at once, with the key, what was expected and what came", () => {
    const result = checkConfig({
      ...defaults,
      auth: "nobody",
      slots: "0",
      visibilitySeconds: "soon",
      vpcCidr: "10.0.0.0/30",
      maxAttempts: undefined,
      workerCuont: "3",
    });

    expect(result).toEqual({
      problems: [
        'sluice:auth: Invalid option: expected one of "iam"|"jwt"|"none"; it is "nobody"',
        'sluice:visibilitySeconds: Invalid input: expected number, received string; it is "soon"',
        "sluice:maxAttempts: Invalid input: expected number, received undefined; it is not set",
        'sluice:slots: Too small: expected number to be >=1; it is "0"',
        'sluice:vpcCidr: expected a prefix from /16 to /24; it is "10.0.0.0/30"',
        "sluice:workerCuont: no such key; Pulumi.yaml lists them all",
      ],
    });
  });

  it.each([
    "ownerMaxWaitingJobs",
    "ownerMaxRunningPercent",
    "ownerMaxLongPolls",
    "ownerMaxSchedules",
    "ownerMaxUploadMegabytesPerDay",
  ])("has the default of %s that docs/api.md shows", (key) => {
    const guide = readFileSync(fileURLToPath(new URL("../docs/api.md", import.meta.url)), "utf8");

    expect(guide).toContain(`\`${key}\` ${declared[key]?.default}`);
  });

  it.each([
    "111122223333",
    "arn:aws:sns:eu-central-1:111122223333:orders",
    "arn:aws:sns:eu-central-1:111122223333:orders.fifo",
    "arn:aws:s3:::team-files",
    "arn:aws:events:eu-central-1:111122223333:rule/bus/nightly",
  ])("takes %s as a sender", (sender) => {
    expect(checkConfig({ ...defaults, auth: "none", senders: JSON.stringify([sender]) })).toHaveProperty("config");
  });

  it.each([
    "*",
    "1111",
    "arn:aws:iam::111122223333:root",
    "arn:aws:sns:eu-central-1:111122223333:*",
    "arn:aws:sns:*:111122223333:orders",
    "arn:aws:s3:::team-*",
    "arn:aws:s3:::team-files/*",
    "arn:aws:events:eu-central-1:111122223333:rule/?",
  ])("refuses %s as a sender", (sender) => {
    expect(checkConfig({ ...defaults, auth: "none", senders: JSON.stringify([sender]) })).toHaveProperty("problems");
  });

  it.each(["*", "https://app.example.com/", "app.example.com"])("refuses %s as an origin", (origin) => {
    expect(checkConfig({ ...defaults, corsOrigins: JSON.stringify([origin]) })).toHaveProperty("problems");
  });

  it.each(["https://login.example.com", "https://auth.example.com/pool_1", "http://127.0.0.1:8080/"])(
    "takes %s as an issuer",
    (jwtIssuer) => {
      expect(checkConfig({ ...defaults, auth: "jwt", jwtIssuer, jwtAudience: '["jobs"]' })).toHaveProperty("config");
    },
  );

  it.each([
    "http://login.example.com",
    "http://127.0.0.1.example.com",
    "https://login.example.com?x=1",
    "https://me@login.example.com",
    "login.example.com",
  ])("refuses %s as an issuer", (jwtIssuer) => {
    expect(checkConfig({ ...defaults, auth: "jwt", jwtIssuer, jwtAudience: '["jobs"]' })).toHaveProperty("problems");
  });

  it.each([
    ['{"Billing":"arn:aws:sqs:eu-central-1:123456789012:x"}', "replyQueues.Billing"],
    [
      '{"billing":"arn:aws:sqs:eu-central-1:123456789012:x.fifo"}',
      "replyQueues.billing: expected the ARN of a standard queue",
    ],
    ['["billing"]', "replyQueues: "],
  ])("refuses the reply queues %s", (replyQueues, problem) => {
    expect(checkConfig({ ...defaults, replyQueues })).toEqual({ problems: [expect.stringContaining(problem)] });
  });

  it.each([
    ["{}", "subscribers.0: expected exactly one of email, https and queue"],
    ['{"email":"a@b.c","https":"https://b.c"}', "subscribers.0: expected exactly one of email, https and queue"],
    ['{"https":"http://b.c"}', "subscribers.0.https: expected an https URL"],
    ['{"queue":"arn:aws:sqs:eu-central-1:123456789012:x.y"}', "subscribers.0.queue: expected the ARN"],
    ['{"email":"a@b.c","filter":{"status":["failed"]}}', "subscribers.0.filter"],
  ])("refuses the subscriber %s", (subscriber, problem) => {
    const result = checkConfig({ ...defaults, eventDetail: "ends", subscribers: `[${subscriber}]` });

    expect(result).toEqual({ problems: [expect.stringContaining(problem)] });
  });

  it.each([
    ['{"echo":20}', "config"],
    ['{"echo":0}', "problems"],
    ['{"no-such-type":1}', "problems"],
    ["20", "problems"],
  ])("of the concurrency %s gives %s", (concurrency, outcome) => {
    expect(checkConfig({ ...defaults, concurrency })).toHaveProperty(outcome);
  });
});
