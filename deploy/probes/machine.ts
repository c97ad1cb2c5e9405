import type { Finding } from "../verdict.ts";
import { outputOf, type RunCommand } from "./run-command.ts";

export async function askNodeVersion(run: RunCommand): Promise<Finding<string>> {
  const output = outputOf("node", await run("node", ["--version"]));
  return "value" in output ? { value: output.value.replace(/^v/, "") } : output;
}

/** Reads the platform of the Docker daemon, such as linux/amd64. */
export async function askDaemon(run: RunCommand): Promise<Finding<string>> {
  return outputOf("docker", await run("docker", ["version", "--format", "{{.Server.Os}}/{{.Server.Arch}}"]));
}

/** Lists the platforms that the selected builder can build, emulated ones included. */
export async function askPlatforms(run: RunCommand): Promise<Finding<string[]>> {
  const output = outputOf("docker buildx", await run("docker", ["buildx", "inspect"]));
  if ("unknown" in output) return output;
  // Platforms that were set explicitly end with an asterisk.
  const platforms = [...output.value.matchAll(/^Platforms:\s*(.+)$/gm)].flatMap(([, list = ""]) =>
    list.split(",").map((platform) => platform.trim().replace(/\*$/, "")),
  );
  return { value: platforms };
}
