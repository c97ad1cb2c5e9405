import { S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { createSourceFiles, type FoundFile } from "./source-files.ts";

const mebibyte = 1024 ** 2;
const file: FoundFile = { bucketName: "drop", key: "a b/+ü%.txt", bytes: 10, eTag: '"abc"', versionId: "v/1+2" };

interface SentCommand {
  constructor: { name: string };
  input: Record<string, unknown>;
}

/** S3's client with scripted answers, and the commands that it gets. */
function scripted(answer: (name: string, input: Record<string, unknown>) => object = () => ({})) {
  const client = new S3Client({ region: "eu-central-1" });
  const sent: { name: string; input: Record<string, unknown> }[] = [];
  client.send = (async (command: SentCommand) => {
    const { input } = command;
    const name = command.constructor.name.replace("Command", "");
    sent.push({ name, input });
    return answer(name, input);
  }) as typeof client.send;
  return { sent, files: createSourceFiles({ client, bucketName: "artifacts" }) };
}

function failure(status: number, name: string): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });
}

describe("a copy", () => {
  it("of a small file is one call, with the encoded key, the version and the ETag", async () => {
    const { sent, files } = scripted();

    await files.copy(file, "inputs/team/1");

    expect(sent).toMatchObject([
      {
        name: "CopyObject",
        input: {
          Bucket: "artifacts",
          Key: "inputs/team/1",
          CopySource: "drop/a%20b/%2B%C3%BC%25.txt?versionId=v%2F1%2B2",
          CopySourceIfMatch: '"abc"',
        },
      },
    ]);
  });

  it("of 5 GiB is made in parts that cover each byte once", async () => {
    const { sent, files } = scripted((name, { PartNumber }) => {
      if (name === "CreateMultipartUpload") return { UploadId: "upload" };
      return name === "UploadPartCopy" ? { CopyPartResult: { ETag: `part ${PartNumber}` } } : {};
    });

    await files.copy({ ...file, bytes: 5 * 1024 * mebibyte + 1 }, "inputs/team/1");

    const ranges = sent
      .filter(({ name }) => name === "UploadPartCopy")
      .map(({ input }) => /^bytes=(\d+)-(\d+)$/.exec(String(input.CopySourceRange))?.slice(1).map(Number) ?? [])
      .sort(([a = 0], [b = 0]) => a - b);
    expect(ranges).toHaveLength(21);
    expect(ranges[0]?.[0]).toBe(0);
    for (const [n, [start]] of ranges.entries()) if (n > 0) expect(start).toBe((ranges[n - 1]?.[1] ?? 0) + 1);
    expect(ranges.at(-1)?.[1]).toBe(5 * 1024 * mebibyte);
    expect(sent.at(-1)).toMatchObject({ name: "CompleteMultipartUpload", input: { UploadId: "upload" } });
    expect(sent.at(-1)?.input.MultipartUpload).toEqual({
      Parts: ranges.map((_, n) => ({ PartNumber: n + 1, ETag: `part ${n + 1}` })),
    });
  });

  it("that fails in a part gives up the others, and says if the file was overwritten", async () => {
    const { sent, files } = scripted((name, { PartNumber }) => {
      if (PartNumber === 2) throw failure(412, "PreconditionFailed");
      return name === "CreateMultipartUpload" ? { UploadId: "upload" } : {};
    });

    const copied = await files.copy({ ...file, bytes: 600 * mebibyte }, "inputs/team/1");

    expect(copied).toBe(false);
    expect(sent.at(-1)).toMatchObject({ name: "AbortMultipartUpload", input: { UploadId: "upload" } });
  });

  it("without a permission is an error", async () => {
    const { files } = scripted(() => {
      throw failure(403, "AccessDenied");
    });

    await expect(files.copy(file, "inputs/team/1")).rejects.toThrow("AccessDenied");
  });
});

describe("a file", () => {
  it.each([
    ["was deleted", 404, "NotFound"],
    ["has no such version", 404, "NoSuchVersion"],
    ["is a delete marker", 405, "MethodNotAllowed"],
    ["has a malformed version", 400, "BadRequest"],
  ])("that %s is not found", async (_what, status, name) => {
    const { files } = scripted(() => {
      throw failure(status, name);
    });

    expect(await files.find(file)).toBeUndefined();
  });

  it("of a bucket that does not exist is an error", async () => {
    const { files } = scripted(() => {
      throw failure(404, "NoSuchBucket");
    });

    await expect(files.find(file)).rejects.toThrow("NoSuchBucket");
  });

  it("without a named version is its current version", async () => {
    const { files } = scripted(() => ({ ContentLength: 3, ETag: '"e"', VersionId: "v7" }));

    expect(await files.find({ bucketName: "drop", key: "a" })).toMatchObject({ bytes: 3, versionId: "v7" });
  });
});
