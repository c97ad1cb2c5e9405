import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renewImage } from "./renew-image.ts";

const bothPlatforms = JSON.stringify({
  manifests: [{ platform: { architecture: "amd64" } }, { platform: { architecture: "arm64" } }],
});

/** What the registry has under the tag. */
let manifest: string;
/** The digest that it claims. */
let claimed: string | undefined;
let server: Server;
let host: string;
beforeEach(async () => {
  manifest = bothPlatforms;
  claimed = digestOf(bothPlatforms);
  server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

/** A registry that gives everybody a token, and manifests to those who have one. */
function answer({ url = "", headers }: IncomingMessage, response: ServerResponse): void {
  if (url === "/token?service=registry&scope=repository%3Alibrary%2Fnode%3Apull") {
    response.end(JSON.stringify({ token: "anonymous" }));
  } else if (headers.authorization !== "Bearer anonymous") {
    const challenge = `Bearer realm="http://${headers.host}/token",service="registry",scope="repository:library/node:pull"`;
    response.writeHead(401, { "www-authenticate": challenge }).end();
  } else if (url === "/v2/library/node/manifests/24-slim") {
    response.writeHead(200, claimed === undefined ? {} : { "docker-content-digest": claimed }).end(manifest);
  } else {
    response.writeHead(404).end();
  }
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

describe("renewing the base image", () => {
  it.each(["", `@${digestOf("an older one")}`])(
    "pins the tag to the registry's digest, from FROM ...%s",
    async (pin) => {
      const renewed = await renewImage(`# base\nFROM ${host}/library/node:24-slim${pin}\nUSER 1000:1000\n`);

      expect(renewed).toBe(`# base\nFROM ${host}/library/node:24-slim@${digestOf(bothPlatforms)}\nUSER 1000:1000\n`);
    },
  );

  it("keeps the name of a stage, and stages that are built on it", async () => {
    const renewed = await renewImage(`FROM ${host}/library/node:24-slim AS base\n\nFROM base\n`);

    expect(renewed).toBe(`FROM ${host}/library/node:24-slim@${digestOf(bothPlatforms)} AS base\n\nFROM base\n`);
  });

  it("computes the digest itself when the registry names none", async () => {
    claimed = undefined;

    expect(await renewImage(`FROM ${host}/library/node:24-slim`)).toContain(digestOf(bothPlatforms));
  });

  it("refuses a manifest that is not the one the registry names", async () => {
    claimed = digestOf("another");

    await expect(renewImage(`FROM ${host}/library/node:24-slim`)).rejects.toThrow(/expected the manifest sha256:/);
  });

  it("refuses an image for one architecture", async () => {
    manifest = JSON.stringify({ manifests: [{ platform: { architecture: "amd64" } }] });
    claimed = digestOf(manifest);

    await expect(renewImage(`FROM ${host}/library/node:24-slim`)).rejects.toThrow(/arm64 and amd64.*no arm64/);
  });

  it.each([
    [
      "a tag that the registry does not have",
      (at: string) => `FROM ${at}/library/node:99`,
      /expected 200 from .*came 404/,
    ],
    ["a Dockerfile without a tag", (at: string) => `FROM ${at}/library/node`, /expected a line FROM/],
  ])("refuses %s", async (_case, text, message) => {
    await expect(renewImage(text(host))).rejects.toThrow(message);
  });
});
