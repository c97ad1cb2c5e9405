import * as z from "zod";

const wordCountsSchema = z.object({
  words: z.number(),
  distinctWords: z.number(),
  top: z.array(z.tuple([z.string(), z.number()])),
  counts: z.record(z.string(), z.number()).transform((counts) => new Map(Object.entries(counts))),
});

/** The result of a word-count job, as the demo reads it. */
export type WordCounts = z.infer<typeof wordCountsSchema>;

/** Reads a job's result; undefined if it is not a word count. */
export function readWordCounts(result: unknown): WordCounts | undefined {
  return wordCountsSchema.safeParse(result).data;
}
