/** How long an AWS client waits for an answer before it fails. */
export function patience(requestTimeoutMilliseconds: number) {
  return { connectionTimeout: 2_000, requestTimeout: requestTimeoutMilliseconds, throwOnRequestTimeout: true };
}
