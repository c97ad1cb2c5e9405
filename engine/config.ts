import * as z from "zod";
import { AppError } from "../runtime/errors.ts";

/** The `config` block of Pulumi.yaml: by key, a declaration with type and default, or a value. */
export type Declarations = Record<string, unknown>;

/**
 * Merges a stack's configuration: the project's defaults, then the stack's values, then `overrides`. Keys without a
 * namespace belong to the project.
 * @throws AppError `config`, which names every value that is missing, encrypted or not of its declared type
 */
export function mergeConfig(
  project: string,
  stack: string,
  declarations: Declarations,
  stackValues: Record<string, unknown>,
  overrides: Record<string, string>,
): { values: Record<string, string>; secretKeys: string[] } {
  const fullKey = (key: string) => (key.includes(":") ? key : `${project}:${key}`);
  const declared = new Map(Object.entries(declarations).map(([key, value]) => [fullKey(key), readDeclaration(value)]));
  const given = new Map(
    [...Object.entries(stackValues), ...Object.entries(overrides)].map(([k, v]) => [fullKey(k), v]),
  );
  const encrypted = Object.keys(stackValues)
    .filter((key) => isEncrypted(stackValues[key]))
    .map(fullKey);

  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const key of new Set([...declared.keys(), ...given.keys()])) {
    const declaration = declared.get(key);
    const value = given.get(key) ?? declaration?.value ?? declaration?.default;
    const problem = problemWith(value, declaration);
    if (problem) problems.push(`  ${key}: ${problem}`);
    else values[key] = asText(value);
  }
  if (problems.length > 0) {
    throw new AppError(
      "config",
      `The configuration of stack ${stack} does not match its declaration:\n${problems.join("\n")}`,
    );
  }
  const secretKeys = Object.keys(values).filter((key) => declared.get(key)?.secret || encrypted.includes(key));
  return { values, secretKeys };
}

const declarationSchema = z.strictObject({
  type: z.enum(["string", "integer", "boolean", "array", "object"]).optional(),
  description: z.string().optional(),
  secret: z.boolean().optional(),
  default: z.unknown().optional(),
  value: z.unknown().optional(),
  items: z.unknown().optional(),
});

type Declaration = z.infer<typeof declarationSchema>;

function readDeclaration(written: unknown): Declaration {
  const declaration = declarationSchema.safeParse(written);
  return declaration.success ? declaration.data : { value: written };
}

function problemWith(value: unknown, declaration: Declaration | undefined): string | undefined {
  if (value === undefined || value === null) return "is not set and has no default";
  if (isEncrypted(value)) return "is encrypted in the stack's file and cannot be read here; override it";
  const type = declaration?.type;
  if (type === undefined || matches[type](value)) return undefined;
  return `should be of type ${type}, but is ${declaration?.secret ? "not" : JSON.stringify(value)}`;
}

/** Values from a command line or `pulumi config set` are text, whatever their type. */
const matches: Record<NonNullable<Declaration["type"]>, (value: unknown) => boolean> = {
  string: (value) => typeof value !== "object",
  integer: (value) => /^[+-]?\d+$/.test(String(value)),
  boolean: (value) => value === true || value === false || value === "true" || value === "false",
  array: (value) => Array.isArray(parsed(value)),
  object: (value) => typeof parsed(value) === "object" && !Array.isArray(parsed(value)),
};

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    // Not JSON, so neither an array nor an object.
    return value;
  }
}

function isEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return typeof Reflect.get(value, "secure") === "string" || Object.values(value).some(isEncrypted);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
