import { z } from "zod";
import { AwsError } from "../aws-error.ts";

const mostEntries = 10;

/** The entries of a batch; with none at all, the list itself may be missing. */
export function batchOf<Shape extends z.ZodRawShape>(fields: Shape) {
  return z.array(z.object({ Id: z.string(), ...fields })).default([]);
}

/** Throws what AWS answers to a batch that it does not even begin. */
export function checkBatch(entryTypeName: string, entries: readonly { Id: string }[]): void {
  if (entries.length === 0) {
    throw new AwsError("EmptyBatchRequest", `There should be at least one ${entryTypeName} in the request.`);
  }
  if (entries.length > mostEntries) {
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${mostEntries}. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) {
      throw new AwsError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    }
    if (seen.has(Id)) throw new AwsError("BatchEntryIdsNotDistinct", `Id ${Id} repeated.`);
    seen.add(Id);
  }
}

/** Does it for each entry; one that AWS would refuse is reported and does not keep back the others. */
export function forEachEntry<Entry extends { Id: string }, Result extends object>(
  entries: readonly Entry[],
  perform: (entry: Entry) => Result,
): { done: (Result & { Id: string })[]; failed: object[] } {
  const done: (Result & { Id: string })[] = [];
  const failed: object[] = [];
  for (const entry of entries) {
    try {
      done.push({ ...perform(entry), Id: entry.Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { done, failed };
}

/** AWS leaves an empty list out. */
export function batchAnswer(successful: readonly object[], failed: readonly object[]): object {
  return {
    ...(successful.length > 0 && { Successful: successful }),
    ...(failed.length > 0 && { Failed: failed }),
  };
}
