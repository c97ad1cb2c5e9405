import type { z } from "zod";
import { AppError } from "./errors.ts";

/**
 * Reads and validates the environment.
 * @throws AppError `environment`, which names every missing or invalid variable.
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: Record<string, string | undefined>,
): z.infer<Schema> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;

  const problems = parsed.error.issues.map((issue) => {
    const name = issue.path.join(".");
    return `  ${name}: ${environment[name] === undefined ? "is not set" : `is "${environment[name]}": ${issue.message}`}`;
  });
  throw new AppError("environment", `The environment is not as expected:\n${problems.join("\n")}`);
}
