import type { Sign } from "./exchange.ts";

/** Shows a token with each call, where the stack says `auth: jwt`; asked for anew each time, because tokens end. */
export function bearer(token: () => string | Promise<string>): Sign {
  return async ({ headers }) => ({ ...headers, authorization: `Bearer ${await token()}` });
}
