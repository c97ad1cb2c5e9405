import { createHash } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { encodeOwner } from "../../jobs/job-key.ts";
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
  if (authorizer?.iam) return ownerOf(signerOf(authorizer.iam));
  if (authorizer?.jwt) return ownerOf(subjectOf(authorizer.jwt.claims ?? {}));
  return anonymous;
}

/**
 * The unique id of the role or user, without the session's name: another session of the same role sees the same jobs, and a
 * role made anew under an old name does not. All users of a Cognito identity pool share one role, but not their jobs.
 * `userId` is `ROLE_ID:SESSION` for a role, `USER_ID` for a user, `ACCOUNT` for an account's root user and `ACCOUNT:NAME` for
 * a federated user, whose name is all that tells them from root and from each other:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
 */
function signerOf({ accountId, userId, cognitoIdentity }: NonNullable<Authorizer["iam"]>): string {
  const isFederated = userId?.startsWith(`${accountId}:`);
  const id = cognitoIdentity ? cognitoIdentity.identityId : isFederated ? userId : userId?.split(":")[0];
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

/** An owner's name stands in keys of the table and the bucket; one that is too long for them is known by its hash. */
function ownerOf(name: string): string {
  if (!name.isWellFormed()) throw noOwner("a name of whole Unicode characters");
  if (encodeOwner(name).length <= mostKeyCharacters) return name;
  // No other owner is called so: each has a "." or a "|" in its name.
  return `sha256:${createHash("sha256").update(name).digest("hex")}`;
}

/**
 * Characters of an encoded owner. A key in S3 has 1,024 bytes, of which 208 are the longest prefix, job id and hash; a key in
 * DynamoDB has twice as many. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
const mostKeyCharacters = 768;

function noOwner(expected: string): Problem {
  return new Problem(403, "no-owner", "Nobody to own jobs", `Expected ${expected}; the caller's identity has none.`);
}
