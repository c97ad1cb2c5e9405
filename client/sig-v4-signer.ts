import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4, type SignatureV4Init } from "@smithy/signature-v4";
import { type Clock, systemClock } from "../runtime/clock.ts";
import type { Sign } from "./exchange.ts";

export interface SigV4Options {
  region: string;
  /** Default: the credentials of the AWS SDK's default provider chain. */
  credentials?: SignatureV4Init["credentials"];
  clock?: Clock;
}

/** Signs requests with AWS Signature Version 4, for stacks with `auth: iam`. */
export function sigV4Signer({ region, credentials = defaultProvider(), clock = systemClock }: SigV4Options): Sign {
  const signer = new SignatureV4({ service: "execute-api", region, credentials, sha256: Sha256 });
  return async ({ method, url, headers, body }) => {
    const { protocol, hostname, port, host, pathname, searchParams } = new URL(url);
    const request = new HttpRequest({
      method,
      protocol,
      hostname,
      ...(port === "" ? {} : { port: Number(port) }),
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: { ...headers, host },
      body,
    });
    const signed = await signer.sign(request, { signingDate: new Date(clock.now()) });
    // fetch sets the host header itself and refuses one from its caller.
    const { host: _, ...others } = signed.headers;
    return others;
  };
}

/** The region in the host name of an execute-api URL; undefined for other hosts. */
export function regionOf(url: string): string | undefined {
  return /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(new URL(url).hostname)?.[1];
}

/** SHA-256, keyed or not, in the form that the signer needs. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(data);
}
