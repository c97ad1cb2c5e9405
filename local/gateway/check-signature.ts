import { AwsError } from "../aws-error.ts";
import type { ReceivedRequest } from "../http-api/received-request.ts";
import { readSignature, type Signature } from "../http-api/signature/read-signature.ts";
import { isTimely, type Secrets, verifySignature } from "../http-api/signature/verify-signature.ts";

/**
 * Refuses a call that was not signed with its caller's keys. Without this check the access key id, which every presigned URL
 * contains, would suffice to call any API as its role.
 * @throws AwsError with S3's codes for S3, else with those of the other services:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function checkSignature(request: ReceivedRequest, service: string, secrets: Secrets, now: number): void {
  const isS3 = service === "s3";
  if (isS3 && request.method === "PUT" && request.headers["content-length"] === undefined)
    throw new AwsError("MissingContentLength", "You must provide the Content-Length HTTP header.", 411);
  const signature = tryToRead(request);
  if (!signature)
    throw new AwsError(isS3 ? "AccessDenied" : "IncompleteSignature", "The signature is incomplete.", 403);
  if (!isTimely(signature, now)) throw untimely(signature, isS3);
  if (isS3) refuseUnsignedHeaders(request, signature);
  const region = signature.scope.split("/")[1] ?? "";
  if (!verifySignature(request, signature, secrets, { service, region })) {
    throw new AwsError(
      isS3 ? "SignatureDoesNotMatch" : "InvalidSignatureException",
      `The signature does not match the request. Expected ${request.method} ${request.path} with the same query, and the signed headers ${signature.signedHeaders.join(", ")} as they were signed.`,
      403,
    );
  }
}

function tryToRead(request: ReceivedRequest): Signature | undefined {
  try {
    return readSignature(request);
  } catch (error) {
    // A query that cannot be decoded has no valid signature.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function untimely({ expiresSeconds }: Signature, isS3: boolean): AwsError {
  if (isS3 && expiresSeconds !== undefined) return new AwsError("AccessDenied", "Request has expired", 403);
  const message = "The difference between the request time and the current time is too large.";
  return new AwsError(isS3 ? "RequestTimeTooSkewed" : "InvalidSignatureException", message, 403);
}

/** S3 acts on headers such as x-amz-copy-source, which the holder of a presigned URL could otherwise add. */
function refuseUnsignedHeaders({ headers }: ReceivedRequest, { signedHeaders }: Signature): void {
  const unsigned = Object.keys(headers).filter((name) => name.startsWith("x-amz-") && !signedHeaders.includes(name));
  if (unsigned.length === 0) return;
  const message = `There were headers present in the request which were not signed: ${unsigned.join(", ")}`;
  throw new AwsError("AccessDenied", message, 403);
}
