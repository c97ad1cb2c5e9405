import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import { inject } from "vitest";
import type { Provider, Registration } from "../../engine/registration.ts";
import { type RunOptions, runProgram } from "../../engine/run-program.ts";
import { startInline } from "./start-inline.ts";

export type { Registration } from "../../engine/registration.ts";

export const programDirectory = fileURLToPath(new URL("../..", import.meta.url));

export interface Recorded {
  registrations: Registration[];
  outputs: Record<string, unknown>;
}

/**
 * Runs the unmodified program in this process with a provider that creates nothing and returns plausible outputs. All test files of a
 * run share one recording per configuration.
 */
export async function recordProgram(config: Record<string, string> = {}, stack = "dev"): Promise<Recorded> {
  const key = JSON.stringify([stack, Object.entries(config).sort()]);
  const file = join(inject("recordings"), digestOf(key));
  if (!existsSync(file)) {
    const recorded = await runOnPaper(config, stack, { start: startInline });
    // Another test worker may read or write the file at the same time.
    const own = `${file}.${randomUUID()}`;
    writeFileSync(own, serialize(recorded));
    renameSync(own, file);
  }
  return deserialize(readFileSync(file)) as Recorded;
}

/** What `recordProgram` shares. A recording keeps a digest of each function's code instead of megabytes. */
export async function runOnPaper(
  config: Record<string, string>,
  stack: string,
  options: RunOptions = {},
): Promise<Recorded> {
  const recorded = await runProgram({ directory: programDirectory, stack, config }, paperProvider, options);
  for (const { inputs } of recorded.registrations) if (inputs.code) inputs.code = digestOf(JSON.stringify(inputs.code));
  return recorded;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** All registrations of a type. Throws if there are none, because such a test would check nothing. */
export function ofType(recorded: Recorded, type: string): Registration[] {
  const found = recorded.registrations.filter((registration) => registration.type === type);
  if (found.length === 0) throw new Error(`the program registers no ${type}`);
  return found;
}

const paperProvider: Provider = {
  async create({ type, name, inputs }) {
    const arn = `arn:aws:paper:eu-central-1:123456789012:${type.split(":").at(-1)?.toLowerCase()}/${name}`;
    const more = {
      arn,
      arnWithoutRevision: arn,
      name,
      url: `https://paper/${name}`,
      bucket: name,
      invokeArn: `${arn}/invocations`,
      apiEndpoint: "https://paper",
      executionArn: arn,
      latestVersion: 1,
      repositoryUrl: `paper/${name}`,
      imageUri: `paper/${name}@sha256:0`,
      vpcId: "vpc-paper",
      privateSubnetIds: ["subnet-a", "subnet-b"],
      publicSubnetIds: ["subnet-c", "subnet-d"],
      isolatedSubnetIds: ["subnet-e", "subnet-f"],
      invokeUrl: `https://${name}-id.execute-api.paper/internal`,
      dnsName: `${name}.elb.paper`,
      arnSuffix: `${type.split(":").at(-1)?.toLowerCase()}/${name}`,
      rootResourceId: `${name}-root`,
      routeTables: [{ id: "rtb-a" }, { id: "rtb-b" }],
      prefixListId: `pl-${name}`,
    };
    // Nothing reads a function's code, megabytes that would travel once more.
    const { code, ...echoed } = inputs;
    return { id: `${name}-id`, outputs: { ...more, ...echoed } };
  },
  async invoke(token) {
    if (token.includes("getCallerIdentity")) return { accountId: "123456789012" };
    if (token.includes("getRegion")) return { region: "eu-central-1" };
    throw new Error(`the paper provider does not answer ${token}`);
  },
};
