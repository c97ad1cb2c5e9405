import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/log.ts";
import { apiEvent, bodyOf } from "../testing/api-request.ts";
import { apiHandler } from "./api-handler.ts";
import { callerOf } from "./caller.ts";

function eventOf(authorizer: object | undefined): APIGatewayProxyEventV2 {
  const event = apiEvent("GET /jobs/{jobId}");
  return { ...event, requestContext: { ...event.requestContext, ...(authorizer ? { authorizer } : {}) } } as never;
}

const role = { accountId: "123456789012", userId: "AROAXYZ:monday", cognitoIdentity: null };
const claims = { iss: "https://issuer.example.com/", sub: "user-1" };

describe("the owner of a caller's jobs", () => {
  it.each([
    ["a role, without its session", { iam: role }, "123456789012.AROAXYZ"],
    ["a user", { iam: { ...role, userId: "AIDAXYZ" } }, "123456789012.AIDAXYZ"],
    [
      "who Cognito says it is, and not the role that all its users share",
      { iam: { ...role, cognitoIdentity: { identityId: "eu-central-1:1-2-3" } } },
      "123456789012.eu-central-1:1-2-3",
    ],
    ["a token's subject at its issuer", { jwt: { claims } }, "https://issuer.example.com/|user-1"],
    ["everyone, where nobody is asked", undefined, "anonymous"],
  ])("is %s", (_name, authorizer, owner) => {
    expect(callerOf(eventOf(authorizer))).toBe(owner);
  });

  it("is the same in every session of a role", () => {
    const tuesday = { iam: { ...role, userId: "AROAXYZ:tuesday" } };

    expect(callerOf(eventOf(tuesday))).toBe(callerOf(eventOf({ iam: role })));
  });

  it.each([
    ["a signer without an id", { iam: { ...role, userId: null } }],
    ["a signer without an account", { iam: { ...role, accountId: null } }],
    ["a user of Cognito without an id", { iam: { ...role, cognitoIdentity: {} } }],
    ["a token without a subject", { jwt: { claims: { iss: claims.iss } } }],
    ["a token with an endless subject", { jwt: { claims: { ...claims, sub: "x".repeat(256) } } }],
    ["a token without claims", { jwt: {} }],
  ])("is not everyone for %s, who is refused", async (_name, authorizer) => {
    const handler = apiHandler(silentLog, async ({ owner }) => ({ status: 200, body: { owner } }));

    const reply = await handler(eventOf(authorizer));

    expect(reply.statusCode).toBe(403);
    expect(bodyOf(reply)).toMatchObject({ type: "urn:sluice:problem:no-owner" });
  });
});

describe("a presigned request", () => {
  it("shows its operation nothing of the signature", async () => {
    const queryStringParameters = { wait: "5", "X-Amz-Signature": "abc", "X-Amz-Date": "20260101T000000Z" };
    const handler = apiHandler(silentLog, async ({ query }) => ({ status: 200, body: query }));

    const reply = await handler({ ...eventOf({ iam: role }), queryStringParameters });

    expect(bodyOf(reply)).toEqual({ wait: "5" });
  });
});
