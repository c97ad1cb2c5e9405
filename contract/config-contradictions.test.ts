import { describe, expect, it } from "vitest";
import { checkConfig } from "./check-config.ts";
import { instanceSettings } from "./compute-rules.ts";
import { declared, defaults } from "./testing/declared-config.ts";

describe("the configuration", () => {
  it.each([
    ["t4g.medium", "amd64", "instanceType t4g.medium has arm64 CPUs, but architecture is amd64"],
    ["m7i.large", "arm64", "instanceType m7i.large has amd64 CPUs, but architecture is arm64"],
  ])("refuses %s as %s", (instanceType, architecture, problem) => {
    expect(checkConfig({ ...defaults, instanceType, architecture })).toEqual({ problems: [problem] });
  });

  it.each([
    [{ auth: "jwt", jwtAudience: '["jobs"]' }, "auth is jwt, but jwtIssuer is empty: tokens could not be verified"],
    [
      { auth: "jwt", jwtIssuer: "https://login.example.com" },
      "auth is jwt, but jwtAudience is empty: tokens could not be verified",
    ],
    [{ jwtIssuer: "https://login.example.com" }, "jwtIssuer is set, but auth is iam, which uses no tokens"],
    [{ auth: "none", jwtAudience: '["jobs"]' }, "jwtAudience is set, but auth is none, which uses no tokens"],
    [{ minTasks: "11" }, "minTasks 11 is more than maxTasks 10"],
    [
      { drops: '[{"type":"echo"}]' },
      "drops or senders are set, but intakeOwner is empty: with auth iam no caller could read their jobs",
    ],
    [
      { auth: "none", senders: '["111122223333"]', intakeOwner: "1.A" },
      "intakeOwner is set, but auth is none, with which all jobs have one owner",
    ],
    [{ intakeOwner: "1.A" }, "intakeOwner is set, but there are neither drops nor senders"],
    [
      { subscribers: '[{"email":"ops@example.com"}]' },
      "subscribers is set, but eventDetail is off: they would receive nothing",
    ],
    [{ archiveEvents: "true" }, "archiveEvents is true, but eventDetail is off: there are no events"],
    [
      { eventDetail: "ends", subscribers: '[{"queue":"arn:aws:sqs:eu-central-1:123456789012:x.fifo"}]' },
      "subscribers names the FIFO queue arn:aws:sqs:eu-central-1:123456789012:x.fifo, but ordered is false: it would receive nothing",
    ],
    [
      { eventDetail: "ends", subscribers: '[{"email":"ops@example.com"},{"email":"ops@example.com"}]' },
      "subscribers names ops@example.com twice; SNS has one subscription for each endpoint",
    ],
    [
      { ownerMaxLongPolls: "50", statusConcurrency: "50" },
      "ownerMaxLongPolls 50 is not below statusConcurrency 50: one owner's long polls could keep all others from reading",
    ],
    [
      { expectedJobMilliseconds: "120001" },
      "waitTargetSeconds 60 is too short for jobs of expectedJobMilliseconds 120001 in 2 slots: no job could start in time",
    ],
    [
      { taskMemoryMegabytes: "4096" },
      "a task of taskCpu 512 and taskMemoryMegabytes 4096 does not fit on t4g.medium; no task would start",
    ],
    [{ slots: "5" }, "taskMemoryMegabytes 1024 leaves 155 MiB for each of 5 slots; a handler needs at least 176 MiB"],
    [{ spotInstanceTypes: '["c7g.large"]' }, "spotInstanceTypes is set, but spotPercent is 0"],
    [
      { egress: "endpoints", natPerZone: "true" },
      "natPerZone is true, but egress is endpoints, which has no NAT gateways",
    ],
    [
      { egress: "endpoints", imageUri: "docker.io/acme/worker:1" },
      "imageUri docker.io/acme/worker:1 is outside ECR, which egress endpoints cannot reach",
    ],
  ])("refuses %o, which contradicts itself", (changes, problem) => {
    expect(checkConfig({ ...defaults, ...changes })).toEqual({ problems: [problem] });
  });

  it("has the defaults of settings of instances that contract/compute-rules.ts compares with", () => {
    for (const [key, value] of Object.entries(instanceSettings)) expect(declared[key]?.default, key).toEqual(value);
  });

  it("refuses each setting of instances and each limit of Fargate at once", () => {
    const result = checkConfig({
      ...defaults,
      compute: "fargate",
      instanceType: "m7g.large",
      spotPercent: "50",
      spotInstanceTypes: '["c7g.large"]',
      maxInstances: "9",
      instanceFloor: "false",
      gpus: "1",
      scratchGigabytes: "20",
      stopTimeoutSeconds: "121",
      taskCpu: "768",
      taskMemoryMegabytes: "5000",
    });

    expect(result).toEqual({
      problems: [
        "instanceType is set, but compute is fargate, which has no instances of this stack",
        "spotPercent is set, but compute is fargate, which has no instances of this stack",
        "spotInstanceTypes is set, but compute is fargate, which has no instances of this stack",
        "maxInstances is set, but compute is fargate, which has no instances of this stack",
        "instanceFloor is set, but compute is fargate, which has no instances of this stack",
        "a task of taskCpu 768 and taskMemoryMegabytes 5000 is no size of Fargate; the next has 1024 and 5120",
        "stopTimeoutSeconds 121 is more than the 120 s that Fargate allows",
        "scratchGigabytes 20 is not from 21 to 200, the disk of a Fargate task; with 0 it has 20",
        "gpus is 1, but Fargate has no GPUs; use compute ec2",
      ],
    });
  });

  it.each([
    [{ compute: "fargate", architecture: "amd64", maxTasks: "500" }],
    [{ compute: "fargate-spot", scratchGigabytes: "200" }],
    [{ instanceType: "g5.xlarge", architecture: "amd64", gpus: "1", maxTasks: "5", taskCpu: "4096" }],
    [{ instanceType: "c7gd.large", maxTasks: "5", scratchGigabytes: "29" }],
  ])("takes %o", (changes) => {
    expect(checkConfig({ ...defaults, ...changes })).toHaveProperty("config");
  });

  it.each([
    [
      { gpus: "1", maxTasks: "1" },
      "a task of taskCpu 512 and taskMemoryMegabytes 1024 with gpus 1 does not fit on t4g.medium; no task would start",
    ],
    [
      { instanceType: "c7gd.large", scratchGigabytes: "59" },
      "scratchGigabytes 59 for each task takes 177 GB on an instance, but c7gd.large has 118",
    ],
  ])("refuses %o, for which instances have too little", (changes, problem) => {
    expect(checkConfig({ ...defaults, ...changes })).toEqual({ problems: [problem] });
  });

  it("lists contradictions beside values that are wrong in themselves", () => {
    const result = checkConfig({ ...defaults, slots: "0", minTasks: "50", egress: "endpoints", natPerZone: "true" });

    expect(result).toEqual({
      problems: [
        'sluice:slots: Too small: expected number to be >=1; it is "0"',
        "minTasks 50 is more than maxTasks 10",
        "natPerZone is true, but egress is endpoints, which has no NAT gateways",
      ],
    });
  });

  it.each([
    [
      { maxTasks: "16" },
      "maxTasks 16 is more than the 15 tasks that fit on maxInstances 5 of t4g.medium; the others would never start",
    ],
    [
      { spotPercent: "50", stopTimeoutSeconds: "600" },
      "stopTimeoutSeconds 600 is more than the 120 s between a Spot interruption notice and the end of the instance; spotPercent is 50",
    ],
    [
      { spotPercent: "50", spotInstanceTypes: '["t4g.xlarge"]' },
      "spotInstanceTypes: t4g.xlarge differs in size from t4g.medium; all instances must have the same capacity",
    ],
  ])("refuses %o, which could not work", (changes, problem) => {
    expect(checkConfig({ ...defaults, ...changes })).toEqual({ problems: [problem] });
  });

  it("lists all contradictions at once", () => {
    const result = checkConfig({
      ...defaults,
      minTasks: "11",
      instanceType: "m7i.large",
      egress: "endpoints",
      natPerZone: "true",
    });

    expect(result).toHaveProperty("problems.length", 3);
  });

  it.each([
    ["c7gn.xlarge", "arm64"],
    ["a1.large", "arm64"],
    ["g5.xlarge", "amd64"],
    ["im4gn.large", "arm64"],
  ])("takes %s as %s", (instanceType, architecture) => {
    expect(checkConfig({ ...defaults, instanceType, architecture })).toHaveProperty("config");
  });
});
