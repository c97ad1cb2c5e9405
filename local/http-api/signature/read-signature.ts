import type { ReceivedRequest } from "../received-request.ts";
import { readQuery } from "./canonical-request.ts";

/** What a signed request says of its signature, in its header or, presigned, in its query. */
export interface Signature {
  accessKeyId: string;
  /** Such as `20260101/eu-central-1/execute-api/aws4_request`. */
  scope: string;
  /** Such as `20260101T120000Z`. */
  date: string;
  /** How long a presigned request may be used; undefined for one that is signed as it is sent. */
  expiresSeconds: number | undefined;
  signedHeaders: string[];
  sessionToken: string | undefined;
  signature: string;
}

/**
 * Nothing for a request that is not signed, or not in the one way that is meant.
 * @throws URIError for a query that is not UTF-8 in percent-encoding
 */
export function readSignature(request: ReceivedRequest): Signature | undefined {
  const pairs = readQuery(request.query).filter(([name]) => name.startsWith("X-Amz-"));
  const query = new Map(pairs);
  // A name given twice could be read one way here and another way by who signed.
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
