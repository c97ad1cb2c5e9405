import { expect, it } from "vitest";
import { acceptableBacklogPerTask } from "./acceptable-backlog.ts";

it("matches AWS's example with one slot: 10 s of latency, 0.1 s a message, 100 messages [as-using-sqs-queue]", () => {
  const policy = { waitTargetSeconds: 10, expectedJobMilliseconds: 100, slots: 1 };

  expect(acceptableBacklogPerTask(policy)).toBe(100);
});

it("is multiplied by the slots of a task", () => {
  const policy = { waitTargetSeconds: 60, expectedJobMilliseconds: 5_000, slots: 2 };

  expect(acceptableBacklogPerTask(policy)).toBe(24);
});
