import { fileURLToPath } from "node:url";
import type { Provider, Registration } from "../../engine/registration.ts";
import { runProgram } from "../../engine/run-program.ts";

export type { Registration } from "../../engine/registration.ts";

export const programDirectory = fileURLToPath(new URL("../..", import.meta.url));

export interface Recorded {
  registrations: Registration[];
  outputs: Record<string, unknown>;
}

/** Runs the unmodified program against a provider that makes nothing and answers with plausible ids. */
export async function recordProgram(config: Record<string, string> = {}, stack = "dev"): Promise<Recorded> {
  return runProgram({ directory: programDirectory, stack, config }, paperProvider);
}

/** All registrations of a type; a test that finds none has read nothing. */
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
      routeTables: [{ id: "rtb-a" }, { id: "rtb-b" }],
      prefixListId: `pl-${name}`,
    };
    return { id: `${name}-id`, outputs: { ...more, ...inputs } };
  },
  async invoke(token) {
    if (token.includes("getCallerIdentity")) return { accountId: "123456789012" };
    if (token.includes("getRegion")) return { region: "eu-central-1" };
    throw new Error(`the paper provider does not answer ${token}`);
  },
};
