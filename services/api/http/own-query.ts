/**
 * A request's query without what a presigned URL proves its caller by, which API Gateway has looked at and is nothing an operation knows.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function ownQuery(query: Record<string, string | undefined> = {}): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(query).filter(([name]) => !name.startsWith("X-Amz-")));
}
