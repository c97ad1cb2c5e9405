import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dropJobId } from "../contract/intake.ts";
import { rootArn } from "./gateway/serve-apis.ts";
import { type Journey, startJourney } from "./testing/journey.ts";

let journey: Journey;
let s3: S3Client;
let sqs: SQSClient;
let bucketName: string;
beforeAll(async () => {
  journey = await startJourney({
    config: { "sluice:drops": '[{"suffix":".txt","type":"word-frequency"}]', "sluice:senders": '["111122223333"]' },
  });
  const { cloud, outputs } = journey.stack;
  const credentials = cloud.credentials.issue({ roleArn: rootArn(cloud.place), holder: "test" });
  const connection = { endpoint: cloud.gateway.endpoint, region: cloud.place.region, credentials };
  s3 = new S3Client({ ...connection, forcePathStyle: true });
  sqs = new SQSClient(connection);
  bucketName = outputs.dropBucketName ?? "";
});
afterAll(async () => {
  s3.destroy();
  sqs.destroy();
  await journey.down();
});

it("makes a job of a file", async () => {
  const key = "a b+c/ü.txt";
  const { VersionId: version = "" } = await s3.send(
    new PutObjectCommand({ Bucket: bucketName, Key: key, Body: "one two two" }),
  );

  const job = await journey.finished(dropJobId({ bucketName, key, version }));

  expect(job).toMatchObject({ state: "succeeded", result: { words: 3 } });
});
