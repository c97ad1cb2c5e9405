import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Authorizer, Refusal } from "./authorizer.ts";
import type { IssuerKeys } from "./token/issuer-keys.ts";
import { areValidClaims, type Claims, isSignedBy, readToken, type Token } from "./token/verify-token.ts";

export interface JwtAuthorizerOptions {
  clock: Clock;
  issuer: string;
  audiences: string[];
  /** The route's scopes, one of which a token needs; empty if it needs none. */
  scopes: string[];
  keys: Pick<IssuerKeys, "find">;
  /** Receives errors of fetching the issuer's keys, which the client does not see. */
  onProblem(message: string): void;
}

/** JWT authorization: the token is from the issuer, for this API, signed and valid now. A refusal gives no reason. */
export function jwtAuthorizer(options: JwtAuthorizerOptions): Authorizer {
  return async ({ headers }) => {
    const text = /^(?:Bearer +)?([^\s]+)$/i.exec(headers.authorization ?? "")?.[1];
    const token = text === undefined ? undefined : readToken(text);
    if (!token || !(await isValid(token, options))) return unauthorized;
    const granted = scopesOf(token.claims);
    const fitting = options.scopes.filter((scope) => granted.includes(scope));
    if (options.scopes.length > 0 && fitting.length === 0) return forbidden;
    return {
      accountId: "anonymous",
      authorizer: { jwt: { claims: claimTexts(token.claims), scopes: options.scopes.length > 0 ? fitting : null } },
    };
  };
}

const unauthorized: Refusal = { status: 401, headers: { "www-authenticate": "Bearer" } };
const forbidden: Refusal = { status: 403 };

/** Claims are checked before the signature, so that a token of another issuer does not cause a request for keys. */
async function isValid(token: Token, { clock, issuer, audiences, keys, onProblem }: JwtAuthorizerOptions) {
  if (!areValidClaims(token.claims, { issuer, audiences }, clock.now())) return false;
  try {
    const key = await keys.find(token.header.kid);
    return key !== undefined && isSignedBy(token, key);
  } catch (error) {
    onProblem(`expected the keys of issuer ${issuer}; the request failed: ${asError(error).message}`);
    return false;
  }
}

function scopesOf({ scope, scp }: Claims): string[] {
  return [scope, scp].flat().flatMap((value) => (typeof value === "string" ? value.split(" ") : []));
}

/** API Gateway passes every claim as text, a list as `[a b]`. */
function claimTexts(claims: Claims): Record<string, string> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, asText(value)]));
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asText).join(" ")}]`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
