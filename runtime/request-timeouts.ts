/** Timeouts of an AWS client, after which a call fails. */
export function requestTimeouts(requestTimeoutMilliseconds: number) {
  return { connectionTimeout: 2_000, requestTimeout: requestTimeoutMilliseconds, throwOnRequestTimeout: true };
}
