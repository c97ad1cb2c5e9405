import type { Finding, Verdict } from "../verdict.ts";

export interface ImageFacts {
  /** `imageUri` of the configuration; empty when the image is built on this machine. */
  imageUri: string;
  architecture: "arm64" | "amd64";
  /** The Docker daemon's platform, such as linux/amd64. */
  daemon: Finding<string>;
  /** Platforms that buildx can build. */
  platforms: Finding<string[]>;
}

/** The worker's image is built on this machine unless the configuration names a finished one. */
export function judgeImageBuilder({ imageUri, architecture, daemon, platforms }: ImageFacts): Verdict {
  const check = "worker image";
  if (imageUri !== "") return { check, status: "ok", found: `${imageUri}, used as it is; nothing is built` };
  if ("unknown" in daemon) {
    return {
      check,
      status: "problem",
      found: `cannot be built: ${daemon.unknown}`,
      advice:
        "Start Docker (with buildx), or name an image in a registry: `pulumi config set sluice:imageUri REGISTRY/REPOSITORY:TAG`.",
    };
  }
  const target = `linux/${architecture}`;
  if (daemon.value === target) return { check, status: "ok", found: `built here for ${target}` };
  if ("unknown" in platforms) {
    return {
      check,
      status: "unknown",
      found: `built on ${daemon.value} for ${target}; ${platforms.unknown}`,
      advice: `${howToEmulate(architecture)} ${howToAvoid(daemon.value)}`,
    };
  }
  if (!platforms.value.some((platform) => platform === target || platform.startsWith(`${target}/`))) {
    return {
      check,
      status: "problem",
      found: `${daemon.value} builds ${platforms.value.join(", ") || "nothing"}, not ${target}`,
      advice: `${howToEmulate(architecture)} ${howToAvoid(daemon.value)}`,
    };
  }
  return { check, status: "ok", found: `built here for ${target}, emulated on ${daemon.value}` };
}

function howToEmulate(architecture: string): string {
  return `Install emulation: \`docker run --privileged --rm tonistiigi/binfmt --install ${architecture}\`.`;
}

function howToAvoid(platform: string): string {
  const [, own] = platform.split("/");
  const type = own === "arm64" ? "t4g.medium" : "t3.medium";
  return `Or use this machine's architecture: \`pulumi config set sluice:architecture ${own}\` and \`pulumi config set sluice:instanceType ${type}\`.`;
}
