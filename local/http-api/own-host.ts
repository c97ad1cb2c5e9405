/**
 * True for a Host header that names this machine, with any port. A page of another site whose name resolves to 127.0.0.1 (DNS
 * rebinding) has that name in its requests.
 */
export function isOwnHost(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host ?? "");
}

export function misdirected(host: string | undefined): string {
  return `Expected the host 127.0.0.1, localhost or [::1]; came ${JSON.stringify(host ?? "")}.`;
}
