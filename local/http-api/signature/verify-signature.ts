import { createHmac, timingSafeEqual } from "node:crypto";
import { readAmzDate } from "../../gateway/amz-date.ts";
import type { ReceivedRequest } from "../received-request.ts";
import { canonicalRequest, sha256 } from "./canonical-request.ts";
import type { Signature } from "./read-signature.ts";

/**
 * The largest accepted clock difference:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
const skewMilliseconds = 5 * 60_000;

/** The longest lifetime of a presigned request. */
const mostExpiresSeconds = 7 * 24 * 60 * 60;

export interface Secrets {
  secretAccessKey: string;
  sessionToken?: string;
}

/**
 * True if exactly this request was signed with these keys for this service and region, and the signature has not
 * expired.
 */
export function verifySignature(
  request: ReceivedRequest,
  signature: Signature,
  { secretAccessKey, sessionToken }: Secrets,
  { region, now }: { region: string; now: number },
): boolean {
  const day = signature.date.slice(0, 8);
  const scope = `${day}/${region}/execute-api/aws4_request`;
  if (signature.scope !== scope || !isTimely(signature, now)) return false;
  if (!isEqual(signature.sessionToken ?? "", sessionToken ?? "")) return false;
  // The hash header must match the body. Only S3 accepts unsigned bodies.
  const claimedHash = request.headers["x-amz-content-sha256"];
  if (claimedHash !== undefined && claimedHash !== sha256(request.body)) return false;
  if (signature.signedHeaders.some((name) => !Object.hasOwn(request.headers, name))) return false;

  const text = canonicalRequest(request, signature.signedHeaders);
  const toSign = ["AWS4-HMAC-SHA256", signature.date, scope, sha256(text)].join("\n");
  const key = [day, region, "execute-api", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return isEqual(signature.signature, hmac(key, toSign).toString("hex"));
}

function isTimely({ date, expiresSeconds }: Signature, now: number): boolean {
  const signedAt = readAmzDate(date);
  if (signedAt === undefined || signedAt > now + skewMilliseconds) return false;
  if (expiresSeconds === undefined) return now <= signedAt + skewMilliseconds;
  return expiresSeconds >= 1 && expiresSeconds <= mostExpiresSeconds && now <= signedAt + expiresSeconds * 1000;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** Compares in constant time. */
function isEqual(came: string, expected: string): boolean {
  const [a, b] = [Buffer.from(came), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
