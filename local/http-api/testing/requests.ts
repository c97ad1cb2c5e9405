import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { ReceivedRequest } from "../received-request.ts";
import { readQuery } from "../signature/canonical-request.ts";

export interface SigningKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export type Unsigned = Pick<ReceivedRequest, "method" | "path" | "query" | "headers"> & { body: string };

export interface SigningOptions {
  date?: Date;
  region?: string;
  service?: string;
  expiresSeconds?: number;
}

/** Signs with the SDK's signer: in headers, or in the query if `expiresSeconds` is given. */
export async function sign(
  request: Unsigned,
  keys: SigningKeys,
  options: SigningOptions = {},
): Promise<ReceivedRequest> {
  const { date = new Date(), region = "eu-central-1", service = "execute-api", expiresSeconds } = options;
  const signer = new SignatureV4({ service, region, credentials: keys, sha256: Sha256 });
  const toSign = {
    protocol: "http:",
    hostname: "127.0.0.1",
    method: request.method,
    path: request.path,
    query: Object.fromEntries(readQuery(request.query)),
    headers: request.headers,
    body: request.body,
  };
  const signed =
    expiresSeconds === undefined
      ? await signer.sign(toSign, { signingDate: date })
      : await signer.presign(toSign, { signingDate: date, expiresIn: expiresSeconds });
  return {
    method: signed.method,
    path: signed.path,
    query: writeQuery(signed.query as Record<string, string>),
    headers: signed.headers,
    body: Buffer.from(request.body),
    protocol: "HTTP/1.1",
    sourceIp: "127.0.0.1",
  };
}

function writeQuery(query: Record<string, string>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
}

/** The hash interface of the signer. */
class Sha256 {
  readonly #hash;

  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as string);
  }

  update(data: unknown): void {
    this.#hash.update(data as string);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}
