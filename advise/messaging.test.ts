import { describe, expect, it } from "vitest";
import {
  adviseMessaging,
  type MessagingLeafName,
  messagingLeaves,
  messagingQuestions,
  messagingTree,
} from "./messaging.ts";
import { type Answers, leavesOf, questionsOf } from "./tree.ts";

const free = { protocol: "no", replay: "no" };

const cases: [MessagingLeafName, string, Answers][] = [
  ["mq", "an existing program that speaks JMS", { protocol: "yes" }],
  ["kinesis", "clicks that a new reader starts from last week", { protocol: "no", replay: "yes" }],
  ["firehose", "log lines for analysis", { ...free, readers: "archive" }],
  ["sns-fifo", "an order that fraud and shipping see in its order", { ...free, readers: "several", order: "yes" }],
  ["sns", "an order for fraud and shipping", { ...free, readers: "several", order: "no" }],
  ["sqs-fifo", "the bookings of an account", { ...free, readers: "one", order: "yes" }],
  ["sqs", "jobs for workers", { ...free, readers: "one", order: "no" }],
];

describe("queue, topic, stream or broker", () => {
  it.each(cases)("%s is for %s", (leaf, _, answers) => {
    expect(adviseMessaging(answers)).toMatchObject({ kind: "advice", leaf });
  });

  it("has a case for each leaf, and a question for each branch", () => {
    expect(leavesOf(messagingTree).toSorted()).toEqual(cases.map(([leaf]) => leaf).toSorted());
    expect(Object.keys(messagingLeaves).toSorted()).toEqual(leavesOf(messagingTree).toSorted());
    expect(questionsOf(messagingTree)).toEqual(Object.keys(messagingQuestions));
  });

  it("says which facts rule the others out", () => {
    const advised = adviseMessaging({ protocol: "no", replay: "yes" });

    expect(advised.kind === "advice" && advised.ruledOut.map(({ service }) => service)).toEqual(["SQS", "SNS"]);
  });

  it("asks for what is missing, and about what contradicts itself", () => {
    expect(adviseMessaging({ ...free })).toMatchObject({ question: "readers", mayFollow: ["order"] });
    expect(adviseMessaging({ protocol: "yes", replay: "yes" })).toMatchObject({
      question: "protocol",
      contradiction: expect.stringContaining("none is both"),
    });
  });
});
