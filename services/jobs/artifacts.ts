import { randomUUID } from "node:crypto";
import { constants, createWriteStream } from "node:fs";
import { type FileHandle, open as openFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { objectPrefixes } from "../../contract/jobs-table.ts";
import { limits } from "../../contract/limits.ts";
import { AppError, asError } from "../../runtime/errors.ts";
import { type JobKey, keepInline, type Stored } from "./job.ts";
import { formatJobKey, uploadPrefix } from "./job-key.ts";
import { JobFailure } from "./job-type.ts";

export type Artifacts = ReturnType<typeof createArtifacts>;

/** The artifacts bucket: payloads and results too large for a record, and the owners' uploads. */
export function createArtifacts({ client, bucketName }: { client: S3Client; bucketName: string }) {
  async function put(objectKey: string, Body: Uint8Array | Readable, ContentLength: number): Promise<Stored> {
    const ContentType = "application/json";
    await client.send(new PutObjectCommand({ Bucket: bucketName, Key: objectKey, Body, ContentLength, ContentType }));
    return { objectKey };
  }

  async function open(objectKey: string): Promise<{ body: Readable; bytes: number }> {
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: objectKey }));
    if (Body instanceof Readable && ContentLength !== undefined) return { body: Body, bytes: ContentLength };
    throw new AppError("object-answer", "Expected an object's bytes and their number.", { details: { objectKey } });
  }

  /** Opens an upload, or the copy of it that jobs use. */
  async function openStored(objectKey: string, storedAt: string): Promise<{ body: Readable; bytes: number }> {
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
    /** Keeps the JSON text of a request's payload. A repeated request writes to the same key. */
    async keepPayload(key: JobKey, text: Uint8Array, requestHash: string): Promise<Stored> {
      return (
        keepInline(text) ??
        put(`${objectPrefixes.payloads}/${formatJobKey(key)}/${requestHash}.json`, text, text.length)
      );
    },

    /**
     * Keeps the result of one attempt. It counts only if that attempt finishes the job.
     * @throws AppError `result-missing`, `result-too-large`
     */
    async keepResult(key: JobKey, fence: number, result: LocalJson, mostBytes: number): Promise<Stored> {
      if ("json" in result) return result;
      const { file, bytes } = await openResult(result.file, mostBytes);
      try {
        const body = file.createReadStream({ autoClose: false, start: 0, end: bytes - 1 });
        return await put(`${objectPrefixes.results}/${formatJobKey(key)}/${fence}.json`, body, bytes);
      } finally {
        await file.close();
      }
    },

    /**
     * Fetches a kept value, a large one to a new file in the folder.
     * @throws AppError `missing-artifact` when the bucket no longer has it.
     */
    async fetch(stored: Stored, folder: string): Promise<LocalJson> {
      if ("json" in stored) return stored;
      const { objectKey } = stored;
      const { body } = await open(objectKey).catch((error: unknown) => {
        if (!(error instanceof NoSuchKey)) throw error;
        const message = `Expected a value at ${objectKey}; the bucket has none.`;
        throw new AppError("missing-artifact", message, { cause: error, details: { objectKey } });
      });
      return { file: await save(body, folder) };
    },

    /**
     * Creates a key under the owner's prefix and a presigned URL that accepts one PUT to it for a while. The signed headers
     * fix the file's size and type, and `If-None-Match: *` makes S3 refuse a second PUT.
     * docs/decisions/0018-uploads-are-written-once.md
     */
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
      return openStored(objectKey, objectKey);
    },

    /**
     * Fetches the copy of an upload that `keepUpload` made when the job was accepted to a new file in the folder. Fails as
     * `openUpload` does.
     */
    async fetchUpload(owner: string, objectKey: string, folder: string): Promise<{ file: string; bytes: number }> {
      if (!isUploadOf(owner, objectKey)) throw noSuchObject(objectKey);
      const { body, bytes } = await openStored(objectKey, inputKeyOf(objectKey));
      return { file: await save(body, folder), bytes };
    },
  };
}

/** Many jobs with the same upload then copy it once, and the copy is at most a day older than the job. */
const renewAfterMilliseconds = 24 * 60 * 60 * 1000;
/** JSON text on this machine: a small one in memory, a larger one in a file. */
export type LocalJson = { json: string } | { file: string };

/** Writes to a new file with a random name: a handler's code may have put a link at a name that it can guess. */
async function save(body: Readable, folder: string): Promise<string> {
  const file = join(folder, randomUUID());
  await pipeline(body, createWriteStream(file, { flags: "wx", mode: 0o600 }));
  return file;
}

/**
 * Opens a result that a handler's process has written. The process may have put anything there: a link to another file, a
 * pipe that never ends, or too much.
 */
async function openResult(path: string, mostBytes: number): Promise<{ file: FileHandle; bytes: number }> {
  // Windows has neither links that a plain user can make nor these flags.
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const file = await openFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((cause: unknown) => {
    const message = `Expected the result in a file of the run's folder: ${asError(cause).message}.`;
    throw new AppError("result-missing", message, { cause });
  });
  try {
    const status = await file.stat();
    const bytes = status.size;
    if (!status.isFile() || bytes === 0) {
      throw new AppError(
        "result-missing",
        `Expected the result in a regular file; came ${bytes} bytes of another kind.`,
      );
    }
    if (bytes > mostBytes) {
      throw new AppError("result-too-large", `Expected a result of at most ${mostBytes} bytes; came ${bytes}.`);
    }
    return { file, bytes };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The key by which a payload names a file of the owner that arrived without an upload, and the key of the copy that jobs use. */
export function uploadKeysOf(owner: string, name: string): { objectKey: string; inputKey: string } {
  const objectKey = `${uploadPrefix(owner)}${name}`;
  return { objectKey, inputKey: inputKeyOf(objectKey) };
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

/** The same error for a missing upload and for another owner's. */
function noSuchObject(objectKey: string, cause?: Error): JobFailure {
  return new JobFailure("no-such-object", `Expected an upload of the job's owner; there is no ${objectKey}.`, {
    isFinal: true,
    cause,
  });
}
