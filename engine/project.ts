import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { AppError, asError } from "../runtime/errors.ts";
import { type Declarations, mergeConfig } from "./config.ts";

/** The facts that the CLI reads from the project's files before it starts the program. */
export interface Project {
  name: string;
  /** Absolute path of the program: a folder with an index.ts, or a file. */
  main: string;
  /** The program's folder. */
  workingDirectory: string;
  /** Configuration values as text, by full key (`project:key`). */
  config: Record<string, string>;
  /** The keys of `config` that are declared or stored as secret. */
  secretKeys: string[];
  /** Command-line options for Node. */
  nodeArguments: string[];
}

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` (which may be absent) as the CLI does: declared defaults, then the
 * stack's values, then `overrides`.
 * @throws AppError `project` for an invalid file; `config`, which names every value that is missing or wrong
 */
export async function readProject(
  directory: string,
  stack: string,
  overrides: Record<string, string>,
): Promise<Project> {
  const projectFile = join(directory, "Pulumi.yaml");
  const project = checkFile(projectSchema, await readYaml(projectFile), projectFile);
  const stackFile = join(directory, project.stackConfigDir ?? "", `Pulumi.${stack}.yaml`);
  const stackSettings = checkFile(stackSchema, (await readYaml(stackFile, "may be absent")) ?? {}, stackFile);

  const declarations: Declarations = project.config ?? {};
  const stackConfig = stackSettings.config ?? {};
  const { values, secretKeys } = mergeConfig(project.name, stack, declarations, stackConfig, overrides);
  const options = typeof project.runtime === "string" ? undefined : project.runtime.options;
  return {
    name: project.name,
    ...(await locateProgram(resolve(directory, project.main ?? ""), projectFile)),
    config: values,
    secretKeys,
    nodeArguments: options?.nodeargs?.split(/\s+/).filter((argument) => argument !== "") ?? [],
  };
}

const projectSchema = z.object({
  name: z.string().min(1),
  runtime: z.union([
    z.literal("nodejs"),
    z.object({ name: z.literal("nodejs"), options: z.object({ nodeargs: z.string().optional() }).nullish() }),
  ]),
  main: z.string().optional(),
  stackConfigDir: z.string().optional(),
  config: z.record(z.string(), z.unknown()).nullish(),
});

const stackSchema = z.object({ config: z.record(z.string(), z.unknown()).nullish() });

async function locateProgram(main: string, projectFile: string): Promise<{ main: string; workingDirectory: string }> {
  const stats = await stat(main).catch((cause) => {
    throw new AppError("project", `There is no program at ${main}, the \`main\` of ${projectFile}`, { cause });
  });
  return { main, workingDirectory: stats.isDirectory() ? main : dirname(main) };
}

function checkFile<Schema extends z.ZodType>(schema: Schema, content: unknown, file: string): z.infer<Schema> {
  const checked = schema.safeParse(content);
  if (checked.success) return checked.data;
  throw new AppError("project", `${file} is not as expected:\n${z.prettifyError(checked.error)}`, {
    cause: checked.error,
  });
}

async function readYaml(file: string, absence?: "may be absent"): Promise<unknown> {
  try {
    return parse(await readFile(file, "utf8"));
  } catch (thrown) {
    const error: NodeJS.ErrnoException = asError(thrown);
    if (error.code === "ENOENT" && absence) return undefined;
    throw new AppError("project", `Cannot read ${file}: ${error.message}`, { cause: error });
  }
}
