import type { ReceivedRequest } from "../received-request.ts";
import { readQuery } from "./canonical-request.ts";

/** The signature of a request, from its header or, if presigned, from its query. */
export interface Signature {
  accessKeyId: string;
  /** Such as `20260101/eu-central-1/execute-api/aws4_request`. */
  scope: string;
  /** Such as `20260101T120000Z`. */
  date: string;
  /** Lifetime of a presigned request; undefined for a signature in the header. */
  expiresSeconds: number | undefined;
  signedHeaders: string[];
  sessionToken: string | undefined;
  signature: string;
}

/**
 * Undefined for a request that is unsigned or signed in an ambiguous way.
 * @throws URIError for a query that is not percent-encoded UTF-8
 */
export function readSignature(request: ReceivedRequest): Signature | undefined {
  const pairs = readQuery(request.query).filter(([name]) => name.startsWith("X-Amz-"));
  const query = new Map(pairs);
  // Signer and verifier could read a repeated name differently.
  if (query.size < pairs.length) return undefined;
  const header = request.headers.authorization;
  if (header !== undefined) return query.has("X-Amz-Signature") ? undefined : readHeader(header, request.headers);
  return readPresigned(query);
}

const algorithm = "AWS4-HMAC-SHA256";

function readHeader(header: string, headers: Record<string, string>): Signature | undefined {
  const form = /^AWS4-HMAC-SHA256 Credential=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([^,\s]+)$/;
  const [, credential, signedHeaders, signature] = form.exec(header) ?? [];
  const more = { date: headers["x-amz-date"], sessionToken: headers["x-amz-security-token"] };
  const read = assemble(credential, signedHeaders, signature, { ...more, expiresSeconds: undefined });
  return read?.signedHeaders.includes("x-amz-date") ? read : undefined;
}

function readPresigned(query: Map<string, string>): Signature | undefined {
  const expires = query.get("X-Amz-Expires") ?? "";
  if (query.get("X-Amz-Algorithm") !== algorithm || !/^\d{1,6}$/.test(expires)) return undefined;
  return assemble(query.get("X-Amz-Credential"), query.get("X-Amz-SignedHeaders"), query.get("X-Amz-Signature"), {
    date: query.get("X-Amz-Date"),
    sessionToken: query.get("X-Amz-Security-Token"),
    expiresSeconds: Number(expires),
  });
}

function assemble(
  credential: string | undefined,
  signedHeaders: string | undefined,
  signature: string | undefined,
  more: { date: string | undefined; sessionToken: string | undefined; expiresSeconds: number | undefined },
): Signature | undefined {
  const { date, ...rest } = more;
  const [, accessKeyId, scope] = /^([^/]+)\/(.+)$/.exec(credential ?? "") ?? [];
  const names = signedHeaders?.split(";") ?? [];
  if (!accessKeyId || !scope || !signature || !date || !names.includes("host")) return undefined;
  return { accessKeyId, scope, date, signedHeaders: names, signature, ...rest };
}
