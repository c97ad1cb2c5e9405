import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Json } from "../../contract/job.ts";
import { objectPrefixes } from "../../contract/jobs-table.ts";
import { limits } from "../../contract/limits.ts";
import { AppError } from "../../runtime/errors.ts";
import type { JobKey, Stored } from "./job.ts";
import { encodeOwner, formatJobKey } from "./job-key.ts";
import { JobFailure } from "./job-type.ts";

export type Artifacts = ReturnType<typeof createArtifacts>;

/** The artifacts bucket: payloads and results too large for a record, and the owners' uploads. */
export function createArtifacts({ client, bucketName }: { client: S3Client; bucketName: string }) {
  async function keep(objectKey: string, value: Json): Promise<Stored> {
    const text = JSON.stringify(value);
    if (Buffer.byteLength(text) <= limits.inlineBytes) return { inline: value };
    await client.send(
      new PutObjectCommand({ Bucket: bucketName, Key: objectKey, Body: text, ContentType: "application/json" }),
    );
    return { objectKey };
  }

  async function open(objectKey: string): Promise<{ body: Readable; bytes: number }> {
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: objectKey }));
    if (Body instanceof Readable && ContentLength !== undefined) return { body: Body, bytes: ContentLength };
    throw new AppError("object-answer", "Expected an object's bytes and their number.", { details: { objectKey } });
  }

  return {
    /** Keeps a request's payload. A repeated request writes to the same key. */
    keepPayload(key: JobKey, payload: Json, requestHash: string): Promise<Stored> {
      return keep(`${objectPrefixes.payloads}/${formatJobKey(key)}/${requestHash}.json`, payload);
    },

    /** Keeps the result of one attempt. It counts only if that attempt finishes the job. */
    keepResult(key: JobKey, fence: number, result: Json): Promise<Stored> {
      return keep(`${objectPrefixes.results}/${formatJobKey(key)}/${fence}.json`, result);
    },

    /** Reads a kept value. @throws AppError `missing-artifact` when the bucket no longer has it. */
    async read(stored: Stored): Promise<Json> {
      if ("inline" in stored) return stored.inline;
      const { objectKey } = stored;
      const { body } = await open(objectKey).catch((error: unknown) => {
        if (!(error instanceof NoSuchKey)) throw error;
        const message = `Expected a value at ${objectKey}; the bucket has none.`;
        throw new AppError("missing-artifact", message, { cause: error, details: { objectKey } });
      });
      return JSON.parse(Buffer.concat(await body.toArray()).toString("utf8"));
    },

    /** Creates a key under the owner's prefix and a presigned URL that accepts a PUT to it for a while. */
    async presignUpload(owner: string): Promise<{ objectKey: string; url: string; expiresAt: string }> {
      const objectKey = `${uploadPrefix(owner)}${randomUUID()}`;
      // Unlike a POST policy, a presigned PUT has no size limit: openUpload checks the size.
      const command = new PutObjectCommand({ Bucket: bucketName, Key: objectKey });
      const url = await getSignedUrl(client, command, { expiresIn: limits.uploadUrlSeconds });
      return { objectKey, url, expiresAt: expiryOf(url) };
    },

    /** Creates a presigned URL of a kept result, valid for a while. */
    presignResult(objectKey: string): Promise<string> {
      const command = new GetObjectCommand({ Bucket: bucketName, Key: objectKey });
      return getSignedUrl(client, command, { expiresIn: limits.resultUrlSeconds });
    },

    /**
     * Opens an object that the owner uploaded. The caller must read or destroy the stream.
     * @throws JobFailure `no-such-object` or `too-large`, both final.
     */
    async openUpload(owner: string, objectKey: string): Promise<{ body: Readable; bytes: number }> {
      if (!isUploadOf(owner, objectKey)) throw noSuchObject(objectKey);
      const upload = await open(objectKey).catch((error: unknown) => {
        throw error instanceof NoSuchKey ? noSuchObject(objectKey, error) : error;
      });
      if (upload.bytes <= limits.uploadBytes) return upload;
      upload.body.destroy();
      const message = `Expected an upload of at most ${limits.uploadBytes} bytes; ${objectKey} has ${upload.bytes}.`;
      throw new JobFailure("too-large", message, { isFinal: true });
    },
  };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function uploadPrefix(owner: string): string {
  return `${objectPrefixes.uploads}/${encodeOwner(owner)}/`;
}

function isUploadOf(owner: string, objectKey: string): boolean {
  const prefix = uploadPrefix(owner);
  return objectKey.startsWith(prefix) && uuid.test(objectKey.slice(prefix.length));
}

/** The same words for what is missing and for what is another owner's. */
function noSuchObject(objectKey: string, cause?: Error): JobFailure {
  return new JobFailure("no-such-object", `Expected an upload of the job's owner; there is no ${objectKey}.`, {
    isFinal: true,
    cause,
  });
}

/** Reads the expiry from the URL itself: a presigned URL carries its start and its validity. */
function expiryOf(url: string): string {
  const query = new URL(url).searchParams;
  const signedAt = query.get("X-Amz-Date")?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  return new Date(Date.parse(signedAt ?? "") + Number(query.get("X-Amz-Expires")) * 1000).toISOString();
}
