import { expect, it } from "vitest";
import { ofType, type Recorded, recordProgram } from "./testing/record-program.ts";

const queue = "arn:aws:sqs:eu-central-1:123456789012:billing";

const senders = (recorded: Recorded) =>
  ofType(recorded, "aws:iam/rolePolicy:RolePolicy")
    .filter(({ inputs }) => JSON.parse(String(inputs.policy)).Statement.some(isExactlyForQueue))
    .map(({ name }) => name)
    .sort();

function isExactlyForQueue({ Action, Resource }: { Action: string[]; Resource: string[] }): boolean {
  return Action.join() === "sqs:SendMessage" && Resource.join() === queue;
}

it("without replyQueues there is no variable and no permission for them", async () => {
  const recorded = await recordProgram();

  expect(JSON.stringify(recorded.registrations)).not.toContain("REPLY_QUEUES");
  expect(senders(recorded)).toEqual([]);
});

it("with replyQueues the roles that end jobs may send to just these queues, also without events", async () => {
  const recorded = await recordProgram({ "sluice:replyQueues": JSON.stringify({ billing: queue }) });

  expect(senders(recorded)).toEqual(["api-cancel", "sweeper", "worker-task"]);
  expect(ofType(recorded, "aws:sns/topic:Topic").map(({ name }) => name)).toEqual(["watch"]);
});
