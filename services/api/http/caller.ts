import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { Problem } from "./problem.ts";

/** Everyone, where the API asks nobody who they are. */
export const anonymous = "anonymous";

/** What an authorizer has established. API Gateway says null where there is nothing to say. */
interface Authorizer {
  iam?: { accountId?: string | null; userId?: string | null; cognitoIdentity?: { identityId?: string } | null };
  jwt?: { claims?: Record<string, unknown> };
}

/**
 * The name jobs belong to; nothing that a caller writes into a request counts.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @throws Problem 403 where someone was asked who they are and no name came of it
 */
export function callerOf(event: APIGatewayProxyEventV2): string {
  const { authorizer } = event.requestContext as { authorizer?: Authorizer };
  if (authorizer?.iam) return signerOf(authorizer.iam);
  if (authorizer?.jwt) return subjectOf(authorizer.jwt.claims ?? {});
  return anonymous;
}

/**
 * The unique id of the role or user, without the session's name: another session of the same role sees the same jobs, and a
 * role made anew under an old name does not. All users of a Cognito identity pool share one role, but not their jobs.
 */
function signerOf({ accountId, userId, cognitoIdentity }: NonNullable<Authorizer["iam"]>): string {
  const id = cognitoIdentity ? cognitoIdentity.identityId : userId?.split(":")[0];
  if (!accountId || !id) throw noOwner("an account and a unique id");
  return `${accountId}.${id}`;
}

/** A subject is unique at its issuer only. */
function subjectOf({ iss, sub }: Record<string, unknown>): string {
  const isName = typeof sub === "string" && sub !== "" && sub.length <= mostSubjectCharacters;
  if (typeof iss !== "string" || !isName) {
    throw noOwner(`a token with an issuer and a subject of at most ${mostSubjectCharacters} characters`);
  }
  return `${iss}|${sub}`;
}

/** https://openid.net/specs/openid-connect-core-1_0.html#IDToken */
const mostSubjectCharacters = 255;

function noOwner(expected: string): Problem {
  return new Problem(403, "no-owner", "Nobody to own jobs", `Expected ${expected}; the caller's identity has none.`);
}
