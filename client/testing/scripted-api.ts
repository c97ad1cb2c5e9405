import type { Clock } from "../../runtime/clock.ts";
import type { Fetch } from "../exchange.ts";

export interface Reply {
  status: number;
  body?: unknown;
  retryAfter?: string;
  location?: string;
  afterMilliseconds?: number;
}

/** A fetch that gives the replies in order and records the calls. */
export function createScriptedApi(replies: readonly (Reply | Error)[], clock: Clock) {
  const calls: { call: string; at: number; body: string; headers: Record<string, string> }[] = [];
  const fetch: Fetch = async (address, { method, body = "", headers, signal }) => {
    const { pathname, search, host } = new URL(address);
    const text = typeof body === "string" ? body : Buffer.from(body).toString();
    // Calls to presigned URLs are recorded without their query.
    const call = `${method} ${pathname}${host === "api.test" ? search : ""}`;
    const reply = replies[calls.push({ call, at: clock.now(), body: text, headers }) - 1];
    if (reply === undefined) throw new Error(`More calls than replies: ${call}`);
    if (reply instanceof Error) throw reply;
    await delay(reply.afterMilliseconds ?? 0, signal);
    const found: Record<string, string | undefined> = { "retry-after": reply.retryAfter, location: reply.location };
    return {
      status: reply.status,
      headers: { get: (name) => found[name] ?? null },
      text: async () => JSON.stringify(reply.body) ?? "",
    };
  };

  function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (milliseconds === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const cancel = clock.after(milliseconds, resolve);
      signal.addEventListener("abort", () => {
        cancel();
        reject(signal.reason);
      });
    });
  }

  return { fetch, calls };
}
