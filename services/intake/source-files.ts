import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import { AppError } from "../../runtime/errors.ts";
import type { NamedFile } from "./read-message.ts";

/** A file as it is in its bucket now. */
export interface FoundFile {
  bucketName: string;
  key: string;
  bytes: number;
  eTag: string;
  /** Absent without versioning. */
  versionId?: string | undefined;
  contentType?: string | undefined;
}

/** The files of the buckets that the intake reads. */
export interface SourceFiles {
  /** Finds a version of a file, the current one if none is named; undefined if it does not exist. */
  find(file: NamedFile): Promise<FoundFile | undefined>;
  /** Copies the file to a key of the artifacts bucket. False if it was deleted or overwritten since it was found. */
  copy(file: FoundFile, targetKey: string): Promise<boolean>;
}

/** S3 makes the copies: no byte of a file passes through the function. A file of more than `partBytes` is copied in parts. */
export function createSourceFiles({
  client,
  bucketName,
  partBytes = usualPartBytes,
}: {
  client: S3Client;
  bucketName: string;
  partBytes?: number;
}): SourceFiles {
  return {
    async find({ bucketName: Bucket, key, versionId }) {
      try {
        const head = await client.send(new HeadObjectCommand({ Bucket, Key: key, VersionId: versionId }));
        const { ContentLength: bytes, ETag: eTag, VersionId, ContentType: contentType } = head;
        if (bytes === undefined || eTag === undefined) {
          throw new AppError("object-answer", "Expected a file's size and ETag.", { details: { Bucket, key } });
        }
        const found = versionId ?? (VersionId === "null" ? undefined : VersionId);
        return { bucketName: Bucket, key, bytes, eTag, versionId: found, contentType };
      } catch (error) {
        if (isGone(error) || statusOf(error) === 400) return undefined;
        throw error;
      }
    },
    async copy(file, targetKey) {
      const target = { Bucket: bucketName, Key: targetKey };
      try {
        if (file.bytes <= partBytes) await copyAtOnce(client, file, target);
        else await copyInParts(client, file, target, partBytes);
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        throw error;
      }
    },
  };
}

/** S3 copies up to 5 GiB at once, but parts in parallel are faster. A part has at most 5 GiB, an upload at most 10,000 parts. */
const usualPartBytes = 256 * 1024 ** 2;

const partsAtOnce = 8;

interface Target {
  Bucket: string;
  Key: string;
}

async function copyAtOnce(client: S3Client, file: FoundFile, target: Target): Promise<void> {
  await client.send(
    new CopyObjectCommand({
      ...target,
      ...sourceOf(file),
      // Otherwise S3 copies metadata and tags, and for tags the role would need more permissions.
      MetadataDirective: "REPLACE",
      TaggingDirective: "REPLACE",
      ContentType: file.contentType,
    }),
  );
}

async function copyInParts(client: S3Client, file: FoundFile, target: Target, partBytes: number): Promise<void> {
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...target, ContentType: file.contentType }),
  );
  try {
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    await atMostAtOnce(partsAtOnce, rangesOf(file.bytes, partBytes), async ({ PartNumber, CopySourceRange }) => {
      const part = { ...target, ...sourceOf(file), UploadId, PartNumber, CopySourceRange };
      const { CopyPartResult } = await client.send(new UploadPartCopyCommand(part));
      Parts[PartNumber - 1] = { PartNumber, ETag: CopyPartResult?.ETag };
    });
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    // Parts of an upload that is never completed are billed until the bucket's lifecycle removes them.
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => {});
    throw error;
  }
}

function rangesOf(bytes: number, partBytes: number): { PartNumber: number; CopySourceRange: string }[] {
  return Array.from({ length: Math.ceil(bytes / partBytes) }, (_, index) => ({
    PartNumber: index + 1,
    CopySourceRange: `bytes=${index * partBytes}-${Math.min((index + 1) * partBytes, bytes) - 1}`,
  }));
}

/** The ETag ties all parts to one write of the file, also in a bucket without versions. */
function sourceOf({ bucketName, key, versionId, eTag }: FoundFile): { CopySource: string; CopySourceIfMatch: string } {
  const path = key.split("/").map(encodeURIComponent).join("/");
  const query = versionId === undefined ? "" : `?versionId=${encodeURIComponent(versionId)}`;
  return { CopySource: `${bucketName}/${path}${query}`, CopySourceIfMatch: eTag };
}

/** 405 is the answer to a HEAD of a version that is a delete marker, 412 that to another ETag. To a malformed version id it is 400. */
function isGone(error: unknown): boolean {
  const status = statusOf(error);
  if (status === 404) return !["NoSuchBucket", "NoSuchUpload"].includes((error as Error).name);
  return status === 405 || status === 412;
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  return (error.$metadata as { httpStatusCode?: number }).httpStatusCode;
}
