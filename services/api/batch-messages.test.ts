import { expect, it } from "vitest";
import { AppError } from "../../runtime/errors.ts";
import type { OutgoingMessage } from "../jobs/message-batches.ts";
import { call } from "./testing/api-request.ts";
import { createMemoryApi } from "./testing/memory-api.ts";

const jobs = Array.from({ length: 45 }, (_, index) => ({ jobId: `job-${index}`, payload: index }));

/** Sends no message while `isAway`, and not the third of any call while `losesThird`. */
function createFlakySender(queue: { send(subject: OutgoingMessage["subject"], delay: number): Promise<void> }) {
  const sender = {
    isAway: false,
    losesThird: false,
    calls: [] as number[],
    async send(messages: readonly OutgoingMessage[]): Promise<(Error | undefined)[]> {
      sender.calls.push(messages.length);
      if (sender.isAway) throw Object.assign(new Error("no connection"), { code: "ECONNREFUSED" });
      return Promise.all(
        messages.map(async ({ subject, delayMilliseconds }, index) => {
          if (sender.losesThird && index === 2) return new AppError("unsent", "Expected SQS to take it.");
          await queue.send(subject, delayMilliseconds);
          return undefined;
        }),
      );
    },
  };
  return sender;
}

function createApi() {
  const api: ReturnType<typeof createMemoryApi> = createMemoryApi({
    sendMessages: (messages) => sender.send(messages),
  });
  const sender = createFlakySender(api.queue);
  return { api, sender };
}

async function outcomesOf(api: ReturnType<typeof createMemoryApi>) {
  const { body } = await call(api, "POST /jobs/batch", { body: { jobs } });
  return (body.outcomes as { status: number }[]).map(({ status }) => status);
}

it("a batch sends its messages about ten a call", async () => {
  const { api, sender } = createApi();

  const outcomes = await outcomesOf(api);

  expect(new Set(outcomes)).toEqual(new Set([202]));
  expect(sender.calls.reduce((sum, count) => sum + count)).toBe(45);
  expect(sender.calls.length).toBeLessThanOrEqual(6);
});

it("a job whose message is lost gets 503 alone, and its message when the batch is repeated", async () => {
  const { api, sender } = createApi();
  sender.losesThird = true;
  const first = await outcomesOf(api);
  const lost = first.filter((status) => status === 503).length;

  sender.losesThird = false;
  const second = await outcomesOf(api);

  expect(lost).toBeGreaterThan(0);
  expect(first.filter((status) => status === 202)).toHaveLength(45 - lost);
  expect(new Set(second)).toEqual(new Set([202]));
  expect(api.store.jobs()).toHaveLength(45);
});

it("a batch that stored its jobs and then died gets all their messages when it is repeated", async () => {
  const { api, sender } = createApi();
  sender.isAway = true;
  const first = await call(api, "POST /jobs/batch", { body: { jobs } });

  sender.isAway = false;
  const second = await outcomesOf(api);

  expect(first.status).toBe(503);
  expect(new Set(second)).toEqual(new Set([202]));
  expect(api.store.jobs()).toHaveLength(45);
  expect(sender.calls.slice(-6).reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(45);
});
