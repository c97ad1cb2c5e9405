import * as z from "zod";
import { AppError } from "../../runtime/errors.ts";
import type { Login } from "../checks/stack.ts";
import type { Finding } from "../verdict.ts";
import { outputOf, type RunCommand } from "./run-command.ts";

/** Read-only commands of the Pulumi CLI. */
export interface PulumiCli {
  version(): Promise<Finding<string>>;
  /** Undefined when nobody is logged in. */
  login(): Promise<Finding<Login | undefined>>;
  stacks(): Promise<Finding<{ name: string; current: boolean }[]>>;
  /** Reads the outputs of a stack, by default the selected one. */
  outputs(stack: string | undefined): Promise<Record<string, unknown>>;
}

const loginSchema = z.object({ user: z.string(), url: z.string().default("a backend without an address") });
const stacksSchema = z.array(z.object({ name: z.string(), current: z.boolean().default(false) }));

export function createPulumiCli(run: RunCommand): PulumiCli {
  const ask = (...args: string[]) => run("pulumi", [...args, "--non-interactive"]);
  return {
    async version() {
      const output = outputOf("pulumi", await run("pulumi", ["version"]));
      return "value" in output ? { value: output.value.replace(/^v/, "") } : output;
    },
    async login() {
      const result = await ask("whoami", "--json");
      if (result && /login|access token|credentials/i.test(result.stderr) && result.exitCode !== 0) {
        return { value: undefined };
      }
      return parsed(outputOf("pulumi", result), loginSchema);
    },
    stacks: async () => parsed(outputOf("pulumi", await ask("stack", "ls", "--json")), stacksSchema),
    async outputs(stack) {
      const output = outputOf(
        "pulumi",
        await ask("stack", "output", "--json", ...(stack === undefined ? [] : ["--stack", stack])),
      );
      const found = parsed(output, z.record(z.string(), z.unknown()));
      if ("unknown" in found)
        throw new AppError("no-outputs", `The stack's outputs could not be read: ${found.unknown}`);
      return found.value;
    },
  };
}

function parsed<Schema extends z.ZodType>(output: Finding<string>, schema: Schema): Finding<z.infer<Schema>> {
  if ("unknown" in output) return output;
  try {
    return { value: schema.parse(JSON.parse(output.value)) };
  } catch {
    return { unknown: `pulumi printed unexpected output: ${output.value.slice(0, 80)}` };
  }
}
