import { atMostAtOnce } from "../../runtime/at-most-at-once.ts";
import { asError } from "../../runtime/errors.ts";
import { Problem } from "../api/http/problem.ts";
import { checkJob } from "../api/submit/check-job.ts";
import { type SubmitDeps, type Submitter, submitAlone } from "../api/submit/submit.ts";
import { NoJob } from "./no-job.ts";
import { readMessage, readRecord, type S3Record } from "./read-message.ts";
import { type FileDeps, submitFile } from "./submit-file.ts";

export interface MessageDeps extends Pick<FileDeps, "rules" | "sourceBuckets" | "files"> {
  submitDeps: SubmitDeps;
  submitter(): Submitter;
}

/** Submits the job of a request, or one for each file of an event, and returns their ids. @throws NoJob */
export async function submitMessage(body: string, messageId: string, deps: MessageDeps): Promise<string[]> {
  const content = readMessage(body, messageId);
  if (content.kind === "test") return [];
  if (content.kind === "request") return [await submitRequest(content.request, deps)];
  return submitFiles(content.records, deps);
}

/** Tries all files, so that a file that cannot become a job does not stop the others. */
async function submitFiles(records: S3Record[], deps: MessageDeps): Promise<string[]> {
  const { rules, sourceBuckets, files, submitDeps } = deps;
  const { owner } = deps.submitter();
  const fileDeps: FileDeps = {
    rules,
    sourceBuckets,
    files,
    owner,
    isKnown: (jobId) => submitDeps.isKnown({ owner, jobId }),
    submit: async (request) => void (await submitRequest(request, deps)),
  };
  const jobIds: string[] = [];
  const errors: Error[] = [];
  await atMostAtOnce(filesAtOnce, records, async (record) => {
    try {
      jobIds.push(await submitFile(readRecord(record), fileDeps));
    } catch (error) {
      errors.push(asError(error));
    }
  });
  // Throws a temporary failure rather than a NoJob: the whole message is then tried again.
  const failure = errors.find((error) => !(error instanceof NoJob)) ?? errors[0];
  if (failure) throw failure;
  return jobIds;
}

const filesAtOnce = 4;

/** Submits as POST /jobs does. A request that the API would refuse for good is no job. */
async function submitRequest(request: object, { submitDeps, submitter }: MessageDeps): Promise<string> {
  try {
    const checked = checkJob(request, undefined, submitDeps);
    await submitAlone(submitter(), checked, submitDeps);
    return checked.jobId;
  } catch (error) {
    const isFinal = error instanceof Problem && error.status < 500 && error.status !== 429;
    throw isFinal ? new NoJob(error.code, error.message, { cause: error }) : error;
  }
}
