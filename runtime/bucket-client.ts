import { S3Client } from "@aws-sdk/client-s3";
import { requestTimeouts } from "./request-timeouts.ts";

/** Without optional checksums, which a presigned upload could not send. */
export const createBucketClient = () =>
  new S3Client({ requestHandler: requestTimeouts(60_000), requestChecksumCalculation: "WHEN_REQUIRED" });
