import * as z from "zod";
import { AppError } from "../../../runtime/errors.ts";

/** A payload's member that names an upload. */
export interface NamedUpload {
  path: PropertyKey[];
  objectKey: string;
}

/**
 * Finds the uploads that a valid payload names: the members whose schema is `uploadKeySchema`.
 * @throws AppError `schema` for a kind of schema that this function cannot look into
 */
export function findUploads(schema: z.core.$ZodType, value: unknown, path: PropertyKey[] = []): NamedUpload[] {
  if (value === undefined || value === null) return [];
  if (z.globalRegistry.get(schema)?.["x-upload"] === true) return [{ path, objectKey: String(value) }];
  if (schema instanceof z.ZodObject) {
    const members = value as Record<string, unknown>;
    return Object.entries(schema.shape).flatMap(([name, member]) =>
      findUploads(member, members[name], [...path, name]),
    );
  }
  if (schema instanceof z.ZodArray) {
    return (value as unknown[]).flatMap((item, index) => findUploads(schema.element, item, [...path, index]));
  }
  if (schema instanceof z.ZodUnion) {
    const form = schema.options.find((option) => z.safeParse(option, value).success);
    return form ? findUploads(form, value, path) : [];
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return findUploads(schema.unwrap(), value, path);
  }
  const { type } = schema._zod.def;
  if (withoutMembers.has(type)) return [];
  throw new AppError("schema", `Expected a schema of objects, lists, unions and plain values; came ${type}.`);
}

/** Kinds of schemas whose values have no members, or, for `custom`, members without schemas. */
const withoutMembers = new Set(["string", "number", "boolean", "null", "literal", "enum", "custom"]);
