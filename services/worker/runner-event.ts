import * as z from "zod";
import { limits } from "../../contract/limits.ts";
import { jsonOrUndefined } from "../../runtime/json-or-undefined.ts";
import type { RunnerEvent } from "./runner-protocol.ts";

const run = z.string();

const logLineSchema = z.object({ at: z.int().nonnegative(), text: z.string().max(limits.logLineCharacters) });

/** A result that is not JSON would make the API fail when it shows the job. Parsing is safe here, because the text is small. */
const smallJson = z
  .string()
  .refine((text) => Buffer.byteLength(text) <= limits.inlineBytes && jsonOrUndefined(text) !== undefined);

/** An event of a runner. The handler shares the runner's process and could write anything, so the worker validates each event. */
const runnerEventSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("progress"), run, share: z.number().min(0).max(1) }),
  z.object({ kind: z.literal("log"), run, lines: z.array(logLineSchema).max(limits.logLines) }),
  z.object({ kind: z.literal("open-upload"), run, id: z.int(), objectKey: z.string() }),
  z.object({ kind: z.literal("result"), run, json: smallJson.nullable() }),
  z.object({ kind: z.literal("failure"), run, code: z.string(), message: z.string(), isFinal: z.boolean() }),
]);

/** Reads a line from a runner; undefined when it is no event. */
export function readRunnerEvent(line: string): RunnerEvent | undefined {
  return runnerEventSchema.safeParse(jsonOrUndefined(line)).data;
}
