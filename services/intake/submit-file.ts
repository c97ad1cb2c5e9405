import { type DropRule, dropCopyName, dropJobId, findDropRule } from "../../contract/intake.ts";
import type { JobType } from "../../contract/job.ts";
import { limits } from "../../contract/limits.ts";
import { uploadKeysOf } from "../jobs/artifacts.ts";
import { NoJob } from "./no-job.ts";
import type { NamedFile } from "./read-message.ts";
import type { FoundFile, SourceFiles } from "./source-files.ts";

export interface FileDeps {
  rules: readonly DropRule[];
  /** Buckets whose files become jobs. */
  sourceBuckets: readonly string[];
  owner: string;
  files: SourceFiles;
  isKnown(jobId: string): Promise<boolean>;
  /** @throws NoJob */
  submit(request: { jobId: string; type: JobType; payload: { objectKey: string } }): Promise<void>;
}

/**
 * Copies a file for its job, then submits the job. Job id and copy follow from bucket, key and version, so that a repetition
 * writes the same again. A job that exists needs no copy: its file may be gone by now.
 * @throws NoJob for a file that no job can have
 */
export async function submitFile(file: NamedFile, deps: FileDeps): Promise<string> {
  if (!deps.sourceBuckets.includes(file.bucketName)) {
    throw new NoJob(
      "wrong-bucket",
      `Expected a file of ${deps.sourceBuckets.join(", ") || "no bucket"}; came one of ${file.bucketName}.`,
    );
  }
  const rule = findDropRule(deps.rules, file.key);
  if (!rule) throw new NoJob("no-rule", `Expected a key that fits a rule of drops; came ${file.key}.`);

  const version = file.versionId ?? file.sequencer;
  const named = version === undefined ? undefined : identify(file, version, deps.owner);
  const job = named && (await deps.isKnown(named.jobId)) ? named : await copyForJob(file, deps);
  await deps.submit({ jobId: job.jobId, type: rule.type, payload: { objectKey: job.objectKey } });
  return job.jobId;
}

/** An event may name no version although the bucket has versions; it is then about the current one. */
async function copyForJob(file: NamedFile, { files, owner }: FileDeps): Promise<FileJob> {
  const found = await findWrite(file, files);
  const job = identify(file, found.versionId ?? file.sequencer ?? found.eTag, owner);
  if (!(await files.copy(found, job.inputKey))) throw gone(file);
  return job;
}

/** Finds the file as the event's write left it. */
async function findWrite(file: NamedFile, files: SourceFiles): Promise<FoundFile> {
  const found = await files.find(file);
  if (!found) throw gone(file);
  if (found.bytes > limits.dropBytes) {
    throw new NoJob(
      "too-large",
      `Expected a file of at most ${limits.dropBytes} bytes; ${file.key} has ${found.bytes}.`,
    );
  }
  const isOverwritten = found.versionId === undefined && file.eTag !== undefined && found.eTag !== `"${file.eTag}"`;
  if (isOverwritten) {
    throw new NoJob("overwritten", `Expected ${file.key} with ETag ${file.eTag}; it has ${found.eTag} by now.`);
  }
  return found;
}

function gone({ bucketName, key, versionId }: NamedFile): NoJob {
  const version = versionId === undefined ? "" : ` in version ${versionId}`;
  return new NoJob("file-gone", `Expected ${key} in ${bucketName}${version}; it is there no longer.`);
}

interface FileJob {
  jobId: string;
  objectKey: string;
  inputKey: string;
}

function identify({ bucketName, key }: NamedFile, version: string, owner: string): FileJob {
  const dropped = { bucketName, key, version };
  return { jobId: dropJobId(dropped), ...uploadKeysOf(owner, dropCopyName(dropped)) };
}
