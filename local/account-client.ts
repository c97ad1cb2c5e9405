import { S3Client } from "@aws-sdk/client-s3";
import type { Cloud } from "./cloud.ts";
import { rootArn } from "./gateway/serve-apis.ts";

/** A client of S3 with the rights of the account itself. */
export function createAccountClient({ gateway, place, credentials }: Cloud): S3Client {
  return new S3Client({
    endpoint: gateway.endpoint,
    region: place.region,
    forcePathStyle: true,
    credentials: credentials.issue({ roleArn: rootArn(place), holder: "account" }),
  });
}
