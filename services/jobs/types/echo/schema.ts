import { z } from "zod";
import { jsonSchema } from "../../../../contract/http.ts";

const maxSleepMs = 3_600_000;

const controlsSchema = z.object({
  /** Sleep before the result. */
  sleepMs: z.int().min(0).max(maxSleepMs).optional(),
  /** Makes the first `times` attempts fail after their sleep; a `final` failure ends the job at once. */
  fail: z
    .strictObject({ times: z.int().min(1), message: z.string().optional(), final: z.boolean().optional() })
    .optional(),
});

/** Reserved members of an echoed object, by which tests and load runs control the job. */
export type EchoControls = z.infer<typeof controlsSchema>;

/** Any JSON. An object may have the controls `sleepMs` and `fail`, which are echoed with the rest. */
export const payloadSchema = jsonSchema
  .superRefine((payload, context) => {
    if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return;
    const { error } = controlsSchema.safeParse(payload);
    for (const { path, message } of error?.issues ?? []) context.addIssue({ code: "custom", path, message });
  })
  .describe(
    `Any JSON, which comes back. An object may ask for a pause (sleepMs, up to ${maxSleepMs}) ` +
      "and for failures (fail: {times, message?, final?}).",
  );

export type EchoPayload = z.infer<typeof payloadSchema>;
