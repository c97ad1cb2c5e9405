import * as z from "zod";
import { uploadKeySchema } from "../../../../contract/upload.ts";
import { defaultTop } from "./list-most-frequent.ts";

const top = z.int().min(1).max(1000).optional().describe(`Number of words listed in top. Default: ${defaultTop}.`);

const text = z
  .string()
  .refine((value) => value.isWellFormed(), "expected well-formed Unicode; it has a lone surrogate")
  .describe("The text itself.");

const objectKey = uploadKeySchema.describe("The objectKey of a text uploaded with POST /uploads.");

/** The definition of a word. `Intl.Segmenter` follows https://unicode.org/reports/tr29/#Word_Boundaries. */
const wordRule =
  "A word is a word-like segment of Intl.Segmenter: Unicode's word boundaries, with dictionaries for languages without spaces such as " +
  "Chinese, Japanese and Thai. Words are counted in lower case and NFC, with ’ as ', without underscores at their ends, soft hyphens and " +
  "other invisible format characters. 3.14, 1,000, foo_bar and don't are one word each.";

/** A text to count, in the payload or uploaded. */
export const payloadSchema = z
  .union(
    [z.strictObject({ text, top }), z.strictObject({ objectKey, top })],
    "expected either text or objectKey, a string, and optionally top, a whole number",
  )
  .describe(`Counts the words of a text. ${wordRule}`);

export type WordFrequencyPayload = z.infer<typeof payloadSchema>;
