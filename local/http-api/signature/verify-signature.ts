import { createHmac, timingSafeEqual } from "node:crypto";
import { readAmzDate } from "../../gateway/amz-date.ts";
import type { ReceivedRequest } from "../received-request.ts";
import { canonicalRequest, sha256 } from "./canonical-request.ts";
import type { Signature } from "./read-signature.ts";

/** How far the signer's clock may be off: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const skewMilliseconds = 5 * 60_000;

/** The longest a presigned request may be used. */
const mostExpiresSeconds = 7 * 24 * 60 * 60;

export interface Secrets {
  secretAccessKey: string;
  sessionToken?: string;
}

/** Whether this very request was signed with these keys, for this service in this region, and not too long ago. */
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
  // A header that names a hash is no proof of one; only S3 takes bodies that nobody signed.
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

/** In a time that tells nothing of where the two differ. */
function isEqual(came: string, expected: string): boolean {
  const [a, b] = [Buffer.from(came), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
