import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { buildApp } from "fauxqs";

export interface LocalBucket {
  client: S3Client;
  endpoint: string;
  bucketName: string;
  close(): Promise<void>;
}

/** S3 in the test's process, with an empty bucket. */
export async function startLocalBucket(): Promise<LocalBucket> {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ port: 0, host: "127.0.0.1" });
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  const bucketName = "artifacts";
  await client.send(new CreateBucketCommand({ Bucket: bucketName }));
  return {
    client,
    endpoint,
    bucketName,
    async close() {
      client.destroy();
      await app.close();
    },
  };
}
