import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { AppError, asError } from "../runtime/errors.ts";

const fileName = process.platform === "win32" ? "pulumi.exe" : "pulumi";

/** The folder in which Pulumi's own tools (`npx pulumi`, the Automation API) keep a CLI of this version. */
export function pulumiFolder(version: string, { PULUMI_HOME }: NodeJS.ProcessEnv): string {
  return join(PULUMI_HOME || join(homedir(), ".pulumi"), "versions", version);
}

/** The environment in which a CLI of that folder is found where the machine has none on its PATH. */
export function withPulumiFolder(environment: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  return { ...environment, PATH: [environment.PATH ?? "", join(folder, "bin")].join(delimiter) };
}

/** The first `pulumi` on a PATH. */
export function locatePulumi({ PATH = "" }: NodeJS.ProcessEnv): string | undefined {
  return PATH.split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, fileName))
    .find((file) => existsSync(file));
}

/**
 * Downloads the CLI of the SDK's version into `folder`, by Pulumi's own installer.
 * @throws AppError `no-pulumi` with what to do instead.
 */
export async function downloadPulumi(
  folder: string,
  install: (options: { root: string }) => Promise<unknown> = runInstaller,
): Promise<void> {
  try {
    await install({ root: folder });
  } catch (thrown) {
    throw new AppError(
      "no-pulumi",
      `There is no \`pulumi\` on the PATH, and it could not be downloaded into ${folder}: ${asError(thrown).message.trim()}\n` +
        "Check the way to https://get.pulumi.com, or install the CLI by hand (https://www.pulumi.com/docs/install/), and try again.",
      { cause: thrown },
    );
  }
}

async function runInstaller(options: { root: string }): Promise<void> {
  // Loaded only here: it takes more than a second.
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  await PulumiCommand.install(options);
}
