import * as z from "zod";
import { jsonSchema, testControlsMark } from "../../../../contract/http.ts";

const maxSleepMs = 3_600_000;

/** Reserved members of an echoed object, with which tests and load tests control the job. */
export const controlsSchema = z.object({
  /** Sleep before the result. */
  sleepMs: z.int().min(0).max(maxSleepMs).optional(),
  /** Makes the first `times` attempts fail after their sleep; a `final` failure ends the job at once. */
  fail: z
    .strictObject({ times: z.int().min(1), message: z.string().optional(), final: z.boolean().optional() })
    .optional(),
});

export type EchoControls = z.infer<typeof controlsSchema>;

/** The schema in a stack without test controls. */
export const payloadSchema = jsonSchema.describe("Any JSON; the job returns it.");

/**
 * The schema in a stack with `testControls`: an object may have the controls `sleepMs` and `fail`, which are echoed too. Load
 * tests find the mark in the OpenAPI document.
 */
export const payloadSchemaWithControls = jsonSchema
  .superRefine((payload, context) => {
    if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return;
    const { error } = controlsSchema.safeParse(payload);
    for (const { path, message } of error?.issues ?? []) context.addIssue({ code: "custom", path, message });
  })
  .meta({ [testControlsMark]: true })
  .describe(
    `Any JSON; the job returns it. In an object, sleepMs (up to ${maxSleepMs}) makes the job sleep, and ` +
      "fail ({times, message?, final?}) makes its first attempts fail.",
  );

export type EchoPayload = z.infer<typeof payloadSchema>;
