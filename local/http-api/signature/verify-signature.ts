import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { ReceivedRequest } from "../received-request.ts";
import { canonicalRequest, sha256 } from "./canonical-request.ts";
import type { Signature } from "./read-signature.ts";

export interface Secrets {
  secretAccessKey: string;
  sessionToken?: string;
}

export interface SignatureScope {
  /** As in the credential scope, such as `s3`. */
  service: string;
  region: string;
}

/** True if exactly this request was signed with these keys for this service and region. */
export function verifySignature(
  request: ReceivedRequest,
  signature: Signature,
  { secretAccessKey, sessionToken }: Secrets,
  { service, region }: SignatureScope,
): boolean {
  const { signedHeaders } = signature;
  const day = signature.date.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  if (signature.scope !== scope || !isEqual(signature.sessionToken ?? "", sessionToken ?? "")) return false;
  if (signedHeaders.some((name) => !Object.hasOwn(request.headers, name))) return false;
  const payloadHash = payloadHashOf(request, signature, service);
  if (payloadHash === undefined) return false;

  const text = canonicalRequest(request, { service, signedHeaders, payloadHash });
  const toSign = ["AWS4-HMAC-SHA256", signature.date, scope, sha256(text)].join("\n");
  return isEqual(signature.signature, hmac(signingKey(secretAccessKey, scope), toSign).toString("hex"));
}

/** All requests of a client on one day have the same key. */
const signingKeys = new Map<string, KeyObject>();
const mostKeys = 1_000;

function signingKey(secretAccessKey: string, scope: string): KeyObject {
  const name = `${secretAccessKey}/${scope}`;
  const known = signingKeys.get(name);
  if (known) return known;
  const key = createSecretKey(scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`) as Buffer);
  if (signingKeys.size >= mostKeys) signingKeys.clear();
  signingKeys.set(name, key);
  return key;
}

const unsignedPayload = "UNSIGNED-PAYLOAD";

/**
 * The body's hash, which a hash header must match; undefined if it does not. Only S3 accepts an unsigned body: always in a
 * presigned request, in others if the header says so.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
function payloadHashOf({ headers, body }: ReceivedRequest, { expiresSeconds }: Signature, service: string) {
  const isPresigned = expiresSeconds !== undefined;
  const claimed = headers["x-amz-content-sha256"] ?? (service === "s3" && isPresigned ? unsignedPayload : undefined);
  if (service === "s3" && claimed === unsignedPayload) return claimed;
  const hash = sha256(body);
  return claimed === undefined || claimed === hash ? hash : undefined;
}

/**
 * The largest accepted clock difference:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
const skewMilliseconds = 5 * 60_000;

/** The longest lifetime of a presigned request. */
const mostExpiresSeconds = 7 * 24 * 60 * 60;

/** False if the signature has expired or not begun. */
export function isTimely({ date, expiresSeconds }: Signature, now: number): boolean {
  const signedAt = readAmzDate(date);
  if (signedAt === undefined || signedAt > now + skewMilliseconds) return false;
  if (expiresSeconds === undefined) return now <= signedAt + skewMilliseconds;
  return expiresSeconds >= 1 && expiresSeconds <= mostExpiresSeconds && now <= signedAt + expiresSeconds * 1000;
}

/** The time of an `X-Amz-Date`, such as `20260101T120000Z`, in milliseconds since the epoch; undefined if it is no date. */
function readAmzDate(text: string): number | undefined {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return undefined;
  const time = Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  return Number.isNaN(time) ? undefined : time;
}

function hmac(key: string | Buffer | KeyObject, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** Compares in constant time. */
function isEqual(came: string, expected: string): boolean {
  const [a, b] = [Buffer.from(came), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
