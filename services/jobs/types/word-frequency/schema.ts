import { z } from "zod";
import { defaultTop } from "./list-most-frequent.ts";
import { wordRule } from "./word-rule.ts";

const top = z
  .int()
  .min(1)
  .max(1000)
  .optional()
  .describe(`How many of the most frequent words to list; ${defaultTop} unless told.`);

const text = z
  .string()
  .refine((value) => value.isWellFormed(), "expected Unicode text; it holds half a surrogate pair")
  .describe("The text itself.");

const objectKey = z.string().min(1).max(1024).describe("A text uploaded before, by the key that POST /uploads gave.");

/** A text to count, either in the payload or uploaded before. */
export const payloadSchema = z
  .union(
    [z.strictObject({ text, top }), z.strictObject({ objectKey, top })],
    "expected either text or objectKey, each a string, and at most top, a whole number, beside it",
  )
  .describe(`A text whose words are counted. ${wordRule}`);

export type WordFrequencyPayload = z.infer<typeof payloadSchema>;
