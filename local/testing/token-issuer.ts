import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "../../runtime/clock.ts";
import { createSigner, writeToken } from "../http-api/testing/tokens.ts";

export interface TokenIssuer {
  /** Configuration of a stack that accepts the issuer's tokens. */
  config: Record<string, string>;
  /** Headers of a JSON request with a token of this subject, or of other claims. */
  headersOf(claims: object): Record<string, string>;
  close(): void;
}

/** Starts an OpenID Connect issuer on 127.0.0.1, so that a stack with `auth: jwt` has several owners. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const signer = createSigner("key-1");
  const server = createServer((request, response) => {
    const isDiscovery = request.url === "/.well-known/openid-configuration";
    const answer = isDiscovery ? { issuer, jwks_uri: `${issuer}/keys` } : { keys: [signer.published] };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    config: { "sluice:auth": "jwt", "sluice:jwtIssuer": issuer, "sluice:jwtAudience": '["jobs"]' },
    headersOf(claims) {
      const exp = systemClock.now() / 1000 + 3_600;
      const token = writeToken(signer, { iss: issuer, aud: "jobs", exp, ...claims });
      return { "content-type": "application/json", authorization: `Bearer ${token}` };
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
