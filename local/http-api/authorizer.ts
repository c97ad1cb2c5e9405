import type { ReceivedRequest } from "./received-request.ts";

/** Who calls, as the function behind the route hears of it. */
export interface Identity {
  accountId: string;
  /** `requestContext.authorizer` of the event; undefined where nobody is asked. */
  authorizer?: object;
}

/** A refusal says only that it is one: whoever guesses at credentials learns nothing from it. */
export type Refusal = { status: 401 | 403; headers?: Record<string, string> };

/** Decides whether a request may reach the function behind its route. */
export type Authorizer = (request: ReceivedRequest) => Promise<Identity | Refusal>;

export const askNobody: Authorizer = async () => ({ accountId: "anonymous" });

export function isRefusal(verdict: Identity | Refusal): verdict is Refusal {
  return "status" in verdict;
}

export const refusalMessages = { 401: "Unauthorized", 403: "Forbidden" } as const;
