import { createHash } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { anonymous } from "../../../contract/job.ts";
import { encodeOwner } from "../../jobs/job-key.ts";
import { Problem } from "./problem.ts";

/** The identity that API Gateway's authorizer verified. Missing values are null. */
interface Authorizer {
  iam?: { accountId?: string | null; userId?: string | null; cognitoIdentity?: { identityId?: string } | null };
  jwt?: { claims?: Record<string, unknown> };
}

/**
 * The owner of the caller's jobs, from the verified identity alone.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @throws Problem 403 if the identity has no usable name
 */
export function callerOf(event: APIGatewayProxyEventV2): string {
  const { authorizer } = event.requestContext as { authorizer?: Authorizer };
  if (authorizer?.iam) return ownerOf(signerOf(authorizer.iam));
  if (authorizer?.jwt) return ownerOf(subjectOf(authorizer.jwt.claims ?? {}));
  return anonymous;
}

/**
 * The unique id of the role or user, without the session name: all sessions of a role share their jobs, and a role created
 * again under an old name does not get them. Users of a Cognito identity pool share one role, so their identity id counts.
 * `userId` is `ROLE_ID:SESSION` for a role, `USER_ID` for a user, `ACCOUNT` for an account's root user and `ACCOUNT:NAME` for
 * a federated user. Only the name distinguishes federated users from root and from each other.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
 */
function signerOf({ accountId, userId, cognitoIdentity }: NonNullable<Authorizer["iam"]>): string {
  const isFederated = userId?.startsWith(`${accountId}:`);
  const id = cognitoIdentity ? cognitoIdentity.identityId : isFederated ? userId : userId?.split(":")[0];
  if (!accountId || !id) throw noOwner("an account and a unique id");
  return `${accountId}.${id}`;
}

/** Issuer and subject, because a subject is unique only within its issuer. */
function subjectOf({ iss, sub }: Record<string, unknown>): string {
  const isName = typeof sub === "string" && sub !== "" && sub.length <= mostSubjectCharacters;
  if (typeof iss !== "string" || !isName) {
    throw noOwner(`a token with an issuer and a subject of at most ${mostSubjectCharacters} characters`);
  }
  return `${iss}|${sub}`;
}

/** https://openid.net/specs/openid-connect-core-1_0.html#IDToken */
const mostSubjectCharacters = 255;

/** The owner's name, or its hash if it is too long for a key of the table or the bucket. */
function ownerOf(name: string): string {
  if (!name.isWellFormed()) throw noOwner("a name in well-formed Unicode");
  if (encodeOwner(name).length <= mostKeyCharacters) return name;
  // No name collides with a hash: names contain "." or "|".
  return `sha256:${createHash("sha256").update(name).digest("hex")}`;
}

/**
 * Longest encoded owner. An S3 key has at most 1,024 bytes, of which prefix, job id and hash take up to 208; a DynamoDB key
 * has at most 2,048. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
const mostKeyCharacters = 768;

function noOwner(expected: string): Problem {
  return new Problem(
    403,
    "no-owner",
    "The caller has no usable name",
    `Expected ${expected}; the caller's identity has none.`,
  );
}
