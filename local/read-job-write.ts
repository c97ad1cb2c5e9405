import type { JobState } from "../contract/job.ts";
import { jobsTable } from "../contract/jobs-table.ts";
import type { Call } from "./gateway/call.ts";

export interface JobWrite {
  jobId: string;
  /** Whether the write created the record. */
  isNew: boolean;
  /** The state that the write gives the job; undefined if it leaves the state as it is, as a heartbeat does. */
  state: JobState | undefined;
}

interface WriteInput {
  Item?: { jobId?: { S?: string }; state?: { S?: JobState }; version?: { N?: string } };
  Key?: Record<string, { S?: string } | undefined>;
  ExpressionAttributeValues?: { ":state"?: { S?: JobState } };
}

/** Reads a successful write of one job's record; undefined for any other call. */
export function readJobWrite({ service, action, input }: Call, status: number): JobWrite | undefined {
  if (service !== "dynamodb" || status !== 200) return undefined;
  const { Item, Key, ExpressionAttributeValues: values } = input as WriteInput;
  if (action === "PutItem" && Item?.jobId?.S !== undefined) {
    return { jobId: Item.jobId.S, isNew: Item.version?.N === "1", state: Item.state?.S };
  }
  const jobKey = Key?.[jobsTable.hashKey]?.S;
  if (action !== "UpdateItem" || jobKey === undefined) return undefined;
  return { jobId: jobKey.slice(jobKey.indexOf("/") + 1), isNew: false, state: values?.[":state"]?.S };
}
