import { hash } from "node:crypto";
import type { ReceivedRequest } from "../received-request.ts";

/**
 * The canonical request of a signature. The SDK's signer cannot verify. Unlike it, this function normalizes no path and
 * accepts no query that decodes in two ways, so that two requests with the same canonical text mean the same.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @throws URIError for a query that is not percent-encoded UTF-8
 */
export function canonicalRequest(
  { method, path, query, headers }: Pick<ReceivedRequest, "method" | "path" | "query" | "headers">,
  { service, signedHeaders, payloadHash }: { service: string; signedHeaders: string[]; payloadHash: string },
): string {
  return [
    method,
    // Every service except S3 encodes the path a second time.
    service === "s3" ? path : path.split("/").map(encode).join("/"),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}`),
    "",
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

export function sha256(data: string | Buffer): string {
  return hash("sha256", data, "hex");
}

/**
 * The decoded names and values of a query.
 * @throws URIError
 */
export function readQuery(query: string): [name: string, value: string][] {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [decode(name), decode(value.join("="))];
    });
}

function canonicalQuery(query: string): string {
  return readQuery(query)
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", "%20"));
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
