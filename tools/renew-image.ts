// Pins the base image of worker and query service to the digest that its tag has now: npm run renew-image
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const dockerfiles = ["worker", "query"].map((service) =>
  fileURLToPath(new URL(`../services/${service}/Dockerfile`, import.meta.url)),
);

interface BaseImage {
  registry: string;
  repository: string;
  tag: string;
}

/**
 * Returns the Dockerfile with the current digest of its base image.
 * @throws Error if the Dockerfile names no tag, or the registry's answer is not an image for both architectures
 */
export async function renewImage(text: string): Promise<string> {
  const [from, registry, repository, tag] = /^FROM ([^/\s]+)\/([^:@\s]+):([^@\s]+)(?:@\S+)?/m.exec(text) ?? [];
  if (from === undefined || registry === undefined || repository === undefined || tag === undefined) {
    throw new Error("expected a line FROM REGISTRY/REPOSITORY:TAG in the Dockerfile; found none");
  }
  const digest = await currentDigest({ registry, repository, tag });
  return text.replace(from, `FROM ${registry}/${repository}:${tag}@${digest}`);
}

/** Asks the registry by its HTTP API: https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
async function currentDigest(image: BaseImage): Promise<string> {
  const url = `${originOf(image.registry)}/v2/${image.repository}/manifests/${image.tag}`;
  const first = await fetch(url, { headers: { accept: indexTypes } });
  const response = first.status === 401 ? await fetch(url, { headers: await authorized(first) }) : first;
  if (response.status !== 200) throw new Error(`expected 200 from ${url}; came ${response.status}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const named = response.headers.get("docker-content-digest") ?? digest;
  if (named !== digest) throw new Error(`expected the manifest ${named} from ${url}; came ${digest}`);
  const missing = architectures.filter((architecture) => !architecturesOf(bytes).includes(architecture));
  if (missing.length > 0)
    throw new Error(`expected an image for ${architectures.join(" and ")} at ${url}; no ${missing}`);
  return digest;
}

const architectures = ["arm64", "amd64"];

/** Only indexes: the digest of a single platform's manifest would pin the image to that platform. */
const indexTypes = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json";

function architecturesOf(index: Buffer): (string | undefined)[] {
  const { manifests = [] } = JSON.parse(index.toString()) as { manifests?: { platform?: { architecture?: string } }[] };
  return manifests.map(({ platform }) => platform?.architecture);
}

/** Gets an anonymous token from the server that the refusal names. */
async function authorized(refusal: Response): Promise<Record<string, string>> {
  const challenge = refusal.headers.get("www-authenticate") ?? "";
  const { realm, ...parameters } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  if (realm === undefined)
    throw new Error(`expected the address of a token server from ${refusal.url}; came "${challenge}"`);
  const response = await fetch(`${realm}?${new URLSearchParams(parameters)}`);
  if (response.status !== 200) throw new Error(`expected 200 from ${realm}; came ${response.status}`);
  const { token } = (await response.json()) as { token?: string };
  return { accept: indexTypes, authorization: `Bearer ${token}` };
}

/** Like Docker, without TLS to a registry on this machine only. */
function originOf(registry: string): string {
  return `${/^(localhost|127\.0\.0\.1)(:|$)/.test(registry) ? "http" : "https"}://${registry}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    for (const dockerfile of dockerfiles) {
      const before = readFileSync(dockerfile, "utf8");
      const after = await renewImage(before);
      writeFileSync(dockerfile, after);
      const line = /^FROM .*$/m.exec(after)?.[0];
      console.log(after === before ? `Already current: ${line}` : `Pinned: ${line}\nCommit it, then npm run up.`);
    }
  } catch (error) {
    const { message, cause } = error as Error;
    console.error(`The base image was not renewed: ${message}${cause instanceof Error ? `: ${cause.message}` : ""}`);
    process.exitCode = 1;
  }
}
