import { randomUUID } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { limits } from "../../contract/limits.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Credentials } from "../../runtime/json-client/request-signer.ts";
import { uploadPrefix } from "./job-key.ts";

/** A file that a caller is about to upload. */
export interface UploadRequest {
  bytes: number;
  contentType: string;
}

/** A place for one upload. `headers` are signed, so that the PUT must have them. */
export interface UploadOffer {
  objectKey: string;
  url: string;
  headers: Record<string, string>;
  expiresAt: string;
}

export interface PresignOptions {
  bucketUrl: string;
  region: string;
  credentials: () => Promise<Credentials>;
  clock: Clock;
}

export type PresignUpload = (owner: string, file: UploadRequest) => Promise<UploadOffer>;

/** Presigns the PUT of one new object. It needs no client of S3, which would take most of the function's load time. */
export function createUploadPresigner({ bucketUrl, region, credentials, clock }: PresignOptions): PresignUpload {
  return async (owner, { bytes, contentType }) => {
    const objectKey = `${uploadPrefix(owner)}${randomUUID()}`;
    const headers = { "content-length": String(bytes), "content-type": contentType, "if-none-match": "*" };
    const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
    // The signature's date has whole seconds.
    const signedAt = Math.floor(clock.now() / 1_000) * 1_000;
    const signer = new AwsV4Signer({
      method: "PUT",
      url: `${bucketUrl}/${encodePath(objectKey)}?X-Amz-Expires=${limits.uploadUrlSeconds}`,
      headers,
      service: "s3",
      region,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      datetime: new Date(signedAt).toISOString().replace(/[-:]|\.\d+/g, ""),
      signQuery: true,
      allHeaders: true,
    });
    const { url } = await signer.sign();
    const expiresAt = new Date(signedAt + limits.uploadUrlSeconds * 1_000).toISOString();
    return { objectKey, url: url.href, headers, expiresAt };
  };
}

/** As signatures have it: `encodeURIComponent` leaves five more characters as they are. */
function encodePath(objectKey: string): string {
  const encode = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return objectKey
    .split("/")
    .map((part) => encodeURIComponent(part).replace(/[!'()*]/g, encode))
    .join("/");
}
