import { beforeEach, describe, expect, test } from "vitest";
import { SqsUnderTest } from "./testing/sqs-under-test.ts";

let sqs: SqsUnderTest;

beforeEach(() => {
  sqs = new SqsUnderTest();
  return () => sqs.emulator.close();
});

describe("creating a queue", () => {
  test("answers its URL, the second time too", async () => {
    const url = await sqs.createQueue("jobs", { VisibilityTimeout: "60" });

    expect(url).toBe("http://127.0.0.1:4566/000000000000/jobs");
    expect(await sqs.createQueue("jobs", { VisibilityTimeout: "60" })).toBe(url);
    expect(await sqs.createQueue("jobs")).toBe(url);
  });

  test("is refused when one of that name has other attributes", async () => {
    await sqs.createQueue("jobs", { VisibilityTimeout: "60" });

    await expect(sqs.createQueue("jobs", { VisibilityTimeout: "61" })).rejects.toMatchObject({
      code: "QueueNameExists",
      message: "A queue already exists with the same name and a different value for attribute VisibilityTimeout",
    });
  });

  test.each([
    ["InvalidParameterValue", "jobs.fifo", {}],
    ["InvalidParameterValue", "a".repeat(81), {}],
    ["InvalidAttributeName", "jobs", { Color: "red" }],
    ["InvalidAttributeValue", "jobs", { VisibilityTimeout: "43201" }],
    ["InvalidAttributeValue", "jobs", { MaximumMessageSize: "1048577" }],
    ["InvalidAttributeValue", "jobs", { MessageRetentionPeriod: "59" }],
    ["InvalidAttributeValue", "jobs", { DelaySeconds: "1.5" }],
  ])("is refused with %s for %s %j", async (code, name, attributes) => {
    await expect(sqs.createQueue(name, attributes)).rejects.toMatchObject({ code });
  });
});

describe("a queue", () => {
  test("is found by its name", async () => {
    const url = await sqs.createQueue("jobs");

    expect(await sqs.call("GetQueueUrl", { QueueName: "jobs" })).toEqual({ QueueUrl: url });
    await expect(sqs.call("GetQueueUrl", { QueueName: "others" })).rejects.toMatchObject({ code: "QueueDoesNotExist" });
  });

  test("is found whatever host its URL names, but not in another account", async () => {
    await sqs.createQueue("jobs");

    await sqs.send("https://sqs.eu-central-1.amazonaws.com/000000000000/jobs", "one");

    await expect(sqs.send("https://sqs.eu-central-1.amazonaws.com/111111111111/jobs", "two")).rejects.toMatchObject({
      code: "QueueDoesNotExist",
    });
  });
});

test("a parameter that is missing is named", async () => {
  await expect(sqs.call("DeleteMessage", { QueueUrl: "jobs" })).rejects.toMatchObject({
    code: "MissingParameter",
    message: "The request must contain the parameter ReceiptHandle.",
  });
});
