import * as z from "zod";
import { limits } from "./limits.ts";

/** The objectKey of an upload, as POST /uploads returns it. 1,024 is S3's limit. */
export const objectKeySchema = z.string().min(1).max(1024);

/**
 * A payload's member that names an upload. The API accepts the job only if the upload exists, and keeps a copy for the job.
 * The OpenAPI document has the mark as well.
 */
export const uploadKeySchema = objectKeySchema.meta({ "x-upload": true });

/** A media type with optional parameters, as a header can carry it. */
const contentTypePattern = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(; ?[\w-]+=[\w!#$&^.+-]+)*$/;

/** Body of POST /uploads. */
export const uploadRequestSchema = z.strictObject(
  {
    bytes: z.int().min(1).max(limits.uploadBytes).describe("Size of the file."),
    contentType: z
      .string()
      .regex(contentTypePattern, "expected a media type such as text/plain; charset=utf-8")
      .max(200)
      .default("application/octet-stream")
      .describe("Content-Type of the file."),
  },
  'expected an object with bytes, the size of the file, such as {"bytes": 1000, "contentType": "text/plain"}',
);

/** Reply of POST /uploads: PUT the bytes to `url`, then send `objectKey` in a payload or as `payloadKey`. */
export const uploadReplySchema = z.object({
  objectKey: z.string(),
  method: z.literal("PUT"),
  url: z.string(),
  headers: z
    .record(z.string(), z.string())
    .describe("Headers that the PUT must have; they are signed. Most HTTP clients set Content-Length themselves."),
  expiresAt: z.iso.datetime(),
});

export type UploadReply = z.infer<typeof uploadReplySchema>;
