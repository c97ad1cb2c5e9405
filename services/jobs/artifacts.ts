import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Json } from "../../contract/job.ts";
import { objectPrefixes } from "../../contract/jobs-table.ts";
import { limits } from "../../contract/limits.ts";
import { AppError } from "../../runtime/errors.ts";
import type { JobKey, Stored } from "./job.ts";
import { encodeOwner, formatJobKey } from "./job-key.ts";
import { JobFailure } from "./job-type.ts";

export type Artifacts = ReturnType<typeof createArtifacts>;

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

  /** Opens an upload, or the copy of it that jobs use. */
  async function openFile(objectKey: string, storedAt: string): Promise<{ body: Readable; bytes: number }> {
    const file = await open(storedAt).catch((error: unknown) => {
      throw error instanceof NoSuchKey ? noSuchObject(objectKey, error) : error;
    });
    if (file.bytes <= limits.uploadBytes) return file;
    file.body.destroy();
    const message = `Expected an upload of at most ${limits.uploadBytes} bytes; ${objectKey} has ${file.bytes}.`;
    throw new JobFailure("too-large", message, { isFinal: true });
  }

  /** When an object was written; undefined if there is none. */
  async function findWriteTime(objectKey: string): Promise<Date | undefined> {
    try {
      return (await client.send(new HeadObjectCommand({ Bucket: bucketName, Key: objectKey }))).LastModified;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
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

    /**
     * Creates a key under the owner's prefix and a presigned URL that accepts one PUT to it for a while. The signed headers
     * fix the file's size and type, and `If-None-Match: *` makes S3 refuse a second PUT.
     * docs/decisions/0018-uploads-are-written-once.md
     */
    async presignUpload(owner: string, { bytes, contentType }: UploadRequest): Promise<UploadOffer> {
      const objectKey = `${uploadPrefix(owner)}${randomUUID()}`;
      const command = new PutObjectCommand({
        Bucket: bucketName,
        Key: objectKey,
        ContentLength: bytes,
        ContentType: contentType,
        IfNoneMatch: "*",
      });
      const url = await getSignedUrl(client, command, {
        expiresIn: limits.uploadUrlSeconds,
        // The presigner signs the other two by default.
        signableHeaders: new Set(["content-type"]),
      });
      const headers = { "content-length": String(bytes), "content-type": contentType, "if-none-match": "*" };
      return { objectKey, url, headers, expiresAt: expiryOf(url) };
    },

    /**
     * Copies an upload of the owner to the inputs, where it stays for as long as a job may need it. A copy that is older than
     * a day is renewed from itself, because the upload may have expired. False if the owner has no such upload.
     */
    async keepUpload(owner: string, objectKey: string, now: number): Promise<boolean> {
      if (!isUploadOf(owner, objectKey)) return false;
      const inputKey = inputKeyOf(objectKey);
      const keptSince = await findWriteTime(inputKey);
      if (keptSince && now - keptSince.getTime() < renewAfterMilliseconds) return true;
      try {
        await client.send(
          new CopyObjectCommand({
            Bucket: bucketName,
            Key: inputKey,
            CopySource: encodeURI(`${bucketName}/${keptSince ? inputKey : objectKey}`),
            // S3 copies an object to itself only if something changes.
            MetadataDirective: "REPLACE",
          }),
        );
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },

    /** Creates a presigned URL of a kept result, valid for a while. */
    presignResult(objectKey: string): Promise<string> {
      const command = new GetObjectCommand({ Bucket: bucketName, Key: objectKey });
      return getSignedUrl(client, command, { expiresIn: limits.resultUrlSeconds });
    },

    /**
     * Opens a file that the owner uploaded. The caller must read or destroy the stream.
     * @throws JobFailure `no-such-object` or `too-large`, both final.
     */
    async openUpload(owner: string, objectKey: string): Promise<{ body: Readable; bytes: number }> {
      if (!isUploadOf(owner, objectKey)) throw noSuchObject(objectKey);
      return openFile(objectKey, objectKey);
    },

    /** As `openUpload`, for a job's handler: opens the copy that `keepUpload` made when the job was accepted. */
    async openInput(owner: string, objectKey: string): Promise<{ body: Readable; bytes: number }> {
      if (!isUploadOf(owner, objectKey)) throw noSuchObject(objectKey);
      return openFile(objectKey, inputKeyOf(objectKey));
    },
  };
}

/** So that many jobs with the same upload copy it once, and the copy is at most a day older than the job. */
const renewAfterMilliseconds = 24 * 60 * 60 * 1000;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function uploadPrefix(owner: string): string {
  return `${objectPrefixes.uploads}/${encodeOwner(owner)}/`;
}

function isUploadOf(owner: string, objectKey: string): boolean {
  const prefix = uploadPrefix(owner);
  return objectKey.startsWith(prefix) && uuid.test(objectKey.slice(prefix.length));
}

/** The key of the copy that jobs use. No presigned URL allows to write there. */
function inputKeyOf(objectKey: string): string {
  return objectKey.replace(objectPrefixes.uploads, objectPrefixes.inputs);
}

/** A GET and the source of a copy give `NoSuchKey`, a HEAD, whose answer has no body, `NotFound`. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && ["NoSuchKey", "NotFound"].includes(error.name);
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
