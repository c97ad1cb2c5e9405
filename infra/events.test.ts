import { describe, expect, it } from "vitest";
import { ofType, type Recorded, recordProgram } from "./testing/record-program.ts";

const arn = "arn:aws:paper:eu-central-1:123456789012";
const archived = { "sluice:eventDetail": "ends", "sluice:archiveEvents": "true" };

describe("the archive of events", () => {
  it("is a compressed, encrypted stream into a bucket by day", async () => {
    const recorded = await recordProgram(archived);
    const [stream] = ofType(recorded, "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream");

    expect(stream?.inputs).toMatchObject({
      destination: "extended_s3",
      serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" },
      extendedS3Configuration: {
        bucketArn: `${arn}:bucket/events-archive`,
        prefix: "events/!{timestamp:yyyy/MM/dd}/",
        compressionFormat: "GZIP",
      },
    });
    expect(recorded.outputs.archiveBucketName).toBe("events-archive");
  });

  it("has two roles: SNS may put records into the stream, and the stream may write to the bucket", async () => {
    const recorded = await recordProgram(archived);
    const roles = ofType(recorded, "aws:iam/role:Role").filter(({ name }) => name.startsWith("events-archive"));

    expect(
      Object.fromEntries(
        roles.map(({ name, inputs }) => [
          name,
          JSON.parse(String(inputs.assumeRolePolicy)).Statement[0].Principal.Service,
        ]),
      ),
    ).toEqual({ "events-archive-writer": "firehose.amazonaws.com", "events-archive-sender": "sns.amazonaws.com" });
    expect(statementsOf(recorded, "events-archive-sender").map(({ Resource }) => Resource)).toEqual([
      [`${arn}:firehosedeliverystream/events-archive`],
    ]);
    expect(statementsOf(recorded, "events-archive-writer").flatMap(({ Resource }) => Resource)).toEqual([
      `${arn}:bucket/events-archive`,
      `${arn}:bucket/events-archive/*`,
    ]);
  });

  it("is subscribed without a filter, and gives to the queue of undelivered events what the stream does not take", async () => {
    const recorded = await recordProgram(archived);

    expect(ofType(recorded, "aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs)).toEqual([
      {
        topic: `${arn}:topic/events`,
        protocol: "firehose",
        endpoint: `${arn}:firehosedeliverystream/events-archive`,
        subscriptionRoleArn: `${arn}:role/events-archive-sender`,
        redrivePolicy: `{"deadLetterTargetArn":"${arn}:queue/events-undelivered"}`,
      },
    ]);
  });

  it("is not there if it is off", async () => {
    const recorded = await recordProgram({ "sluice:eventDetail": "ends" });

    expect(recorded.registrations.filter(({ name }) => name.includes("archive")).map(({ name }) => name)).toEqual([]);
    expect(recorded.registrations.filter(({ type }) => type.includes("irehose"))).toEqual([]);
  });
});

function statementsOf(recorded: Recorded, role: string): { Action: string[]; Resource: string[] }[] {
  const policy = ofType(recorded, "aws:iam/rolePolicy:RolePolicy").find(({ name }) => name === role);
  return JSON.parse(String(policy?.inputs.policy)).Statement;
}
