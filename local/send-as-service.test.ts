import { expect, it } from "vitest";
import type { Cloud } from "./cloud.ts";
import type { ResourcePolicy } from "./gateway/resource-policy.ts";
import { sendAsService } from "./send-as-service.ts";

const queueArn = "arn:aws:sqs:eu-central-1:1:orders";
const topicArn = "arn:aws:sns:eu-central-1:1:events";

function createCloud(policy?: ResourcePolicy) {
  const sent: unknown[] = [];
  const cloud = {
    place: { region: "eu-central-1", accountId: "1" },
    queuePolicies: new Map(policy ? [[queueArn, policy]] : []),
    sqs: { handle: async (_action: string, input: unknown) => void sent.push(input) },
  } as unknown as Cloud;
  return { cloud, sent };
}

const policy: ResourcePolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
    },
  ],
};

it("a service sends to a queue whose policy admits its source", async () => {
  const { cloud, sent } = createCloud(policy);

  await sendAsService(cloud, { service: "sns.amazonaws.com", sourceArn: topicArn }, queueArn, { MessageBody: "text" });

  expect(sent).toEqual([{ QueueUrl: "orders", MessageBody: "text" }]);
});

it.each([
  ["another source", policy, { service: "sns.amazonaws.com", sourceArn: `${topicArn}-2` }],
  ["another service", policy, { service: "s3.amazonaws.com", sourceArn: topicArn }],
  ["no policy at all", undefined, { service: "sns.amazonaws.com", sourceArn: topicArn }],
])("is refused with %s", async (_what, queuePolicy, source) => {
  const { cloud, sent } = createCloud(queuePolicy);

  await expect(sendAsService(cloud, source, queueArn, { MessageBody: "text" })).rejects.toMatchObject({
    code: "AccessDenied",
  });
  expect(sent).toEqual([]);
});
