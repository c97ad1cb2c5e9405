import type { ReceivedRequest } from "./received-request.ts";

/** The caller, as the function behind the route sees it. */
export interface Identity {
  accountId: string;
  /** `requestContext.authorizer` of the event; undefined without an authorizer. */
  authorizer?: object;
}

/** A refusal. It gives no reason, so that guesses at credentials reveal nothing. */
export type Refusal = { status: 401 | 403; headers?: Record<string, string> };

/** Decides whether a request may reach its function. */
export type Authorizer = (request: ReceivedRequest) => Promise<Identity | Refusal>;

export const askNobody: Authorizer = async () => ({ accountId: "anonymous" });

export function isRefusal(verdict: Identity | Refusal): verdict is Refusal {
  return "status" in verdict;
}

export const refusalMessages = { 401: "Unauthorized", 403: "Forbidden" } as const;
