import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { AppError, asError } from "../runtime/errors.ts";

const fileName = process.platform === "win32" ? "pulumi.exe" : "pulumi";

/** Folder in which Pulumi's own tools (`npx pulumi`, the Automation API) install a CLI of this version. */
export function pulumiFolder(version: string, { PULUMI_HOME }: NodeJS.ProcessEnv): string {
  return join(PULUMI_HOME || join(homedir(), ".pulumi"), "versions", version);
}

/** Appends the folder to the PATH: a CLI of the machine's own goes first. */
export function withPulumiFolder(environment: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  return { ...environment, PATH: [environment.PATH ?? "", join(folder, "bin")].join(delimiter) };
}

/** Puts the running Node first on the PATH: Pulumi starts the program with the first `node` that it finds. */
export function withThisNode(environment: NodeJS.ProcessEnv, execPath: string): NodeJS.ProcessEnv {
  return { ...environment, PATH: [dirname(execPath), environment.PATH ?? ""].join(delimiter) };
}

/** Removes the folders that npm adds to the PATH. */
export function withoutNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = (environment.PATH ?? "").split(delimiter).filter((folder) => !/node_modules/.test(folder));
  return { ...environment, PATH: own.join(delimiter) };
}

/** Finds the first `pulumi` on the PATH. */
export function locatePulumi({ PATH = "" }: NodeJS.ProcessEnv): string | undefined {
  return PATH.split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, fileName))
    .find((file) => existsSync(file));
}

/**
 * Downloads the CLI of the SDK's version into `folder`, with Pulumi's own installer.
 * @throws AppError `no-pulumi`, which says how to install it instead.
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
        "Check that this machine reaches https://get.pulumi.com, or install the CLI by hand (https://www.pulumi.com/docs/install/), and try again.",
      { cause: thrown },
    );
  }
}

async function runInstaller(options: { root: string }): Promise<void> {
  // Imported only when needed, because loading takes more than a second.
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  await PulumiCommand.install(options);
}
