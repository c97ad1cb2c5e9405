import type { Finding } from "../verdict.ts";
import { outputOf, type RunCommand } from "./run-command.ts";

/** The platform of the Docker daemon, such as linux/amd64. */
export async function askDaemon(run: RunCommand): Promise<Finding<string>> {
  return outputOf("docker", await run("docker", ["version", "--format", "{{.Server.Os}}/{{.Server.Arch}}"]));
}

/** What the builder in use can build, by emulation too. */
export async function askPlatforms(run: RunCommand): Promise<Finding<string[]>> {
  const output = outputOf("docker buildx", await run("docker", ["buildx", "inspect"]));
  if ("unknown" in output) return output;
  // A platform that somebody chose stands with an asterisk.
  const platforms = [...output.value.matchAll(/^Platforms:\s*(.+)$/gm)].flatMap(([, list = ""]) =>
    list.split(",").map((platform) => platform.trim().replace(/\*$/, "")),
  );
  return { value: platforms };
}
