import * as z from "zod";

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html */
const id = z.string().regex(/^[0-9a-f]{16}$/, "expected 16 hex digits");
const traceId = z.string().regex(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/, "expected 1-8 hex digits-24 hex digits");
const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\p{L}\p{N}\p{Z}_.:/%&#=+\\\-@]+$/u, "expected letters, digits, spaces and _.:/%&#=+\\-@");
const annotations = z.record(
  z.string().regex(/^[A-Za-z0-9_]{1,500}$/, "expected letters, digits and underscores"),
  z.union([z.string().max(1_000), z.number(), z.boolean()]),
);
const cause = z.strictObject({
  working_directory: z.string().optional(),
  exceptions: z.array(z.strictObject({ id, type: z.string().optional(), message: z.string().optional() })),
});

/**
 * The part of X-Ray's schema that Sluice uses. Unknown fields, which AWS ignores, are errors here, so that a misspelled
 * field is noticed.
 */
export const segmentSchema = z
  .strictObject({
    name,
    id,
    trace_id: traceId,
    parent_id: id.optional(),
    start_time: z.number().positive(),
    end_time: z.number().positive(),
    error: z.boolean().optional(),
    fault: z.boolean().optional(),
    cause: cause.optional(),
    annotations: annotations.optional(),
  })
  .refine((segment) => segment.end_time >= segment.start_time, "expected end_time not before start_time")
  .refine((segment) => segment.parent_id !== segment.id, "expected another segment as parent_id");

export type Segment = z.infer<typeof segmentSchema>;
