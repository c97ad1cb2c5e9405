import * as z from "zod";
import { type Config, configSchema } from "./config.ts";
import { contradictions } from "./config-contradictions.ts";

/** Parses the configuration from Pulumi's texts. Returns it, or all problems. */
export function checkConfig(texts: Record<string, string | undefined>): { config: Config } | { problems: string[] } {
  const values = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, parseText(key, text)]));
  const parsed = configSchema.safeParse(values);
  const problems = [
    ...(parsed.error?.issues.map((issue) => describeIssue(issue, texts)) ?? []),
    ...contradictions(usable(values)),
  ];
  return parsed.success && problems.length === 0 ? { config: parsed.data } : { problems };
}

/** The values that are valid by themselves. */
function usable(values: Record<string, unknown>): Partial<Config> {
  const entries = Object.entries(configSchema.shape).flatMap(([key, field]) => {
    const parsed = field.safeParse(values[key]);
    return parsed.success ? [[key, parsed.data]] : [];
  });
  return Object.fromEntries(entries) as Partial<Config>;
}

/** Pulumi passes strings as they are, and all other values as JSON. */
function parseText(key: string, text: string | undefined): unknown {
  const field = configSchema.shape[key as keyof Config];
  if (
    text === undefined ||
    field instanceof z.ZodString ||
    field instanceof z.ZodEnum ||
    field instanceof z.ZodCIDRv4
  ) {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function describeIssue(issue: z.core.$ZodIssue, texts: Record<string, string | undefined>): string {
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) {
    return `${issue.keys.map((key) => `sluice:${key}`).join(", ")}: no such key; Pulumi.yaml lists them all`;
  }
  const key = String(issue.path[0]);
  const came = texts[key] === undefined ? "it is not set" : `it is "${texts[key]}"`;
  return `sluice:${issue.path.join(".")}: ${issue.message}; ${came}`;
}
