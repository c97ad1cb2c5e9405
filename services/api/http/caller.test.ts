import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { objectPrefixes } from "../../../contract/jobs-table.ts";
import { limits } from "../../../contract/limits.ts";
import { silentLog } from "../../../runtime/log.ts";
import { formatJobKey } from "../../jobs/job-key.ts";
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
      "the Cognito identity, not the role that all its users share",
      { iam: { ...role, cognitoIdentity: { identityId: "eu-central-1:1-2-3" } } },
      "123456789012.eu-central-1:1-2-3",
    ],
    ["an account's root user", { iam: { ...role, userId: "123456789012" } }, "123456789012.123456789012"],
    ["a federated user, by name", { iam: { ...role, userId: "123456789012:ann" } }, "123456789012.123456789012:ann"],
    ["a token's subject at its issuer", { jwt: { claims } }, "https://issuer.example.com/|user-1"],
    ["anonymous without an authorizer", undefined, "anonymous"],
  ])("is %s", (_name, authorizer, owner) => {
    expect(callerOf(eventOf(authorizer))).toBe(owner);
  });

  it("is the same in every session of a role", () => {
    const tuesday = { iam: { ...role, userId: "AROAXYZ:tuesday" } };

    expect(callerOf(eventOf(tuesday))).toBe(callerOf(eventOf({ iam: role })));
  });

  it("fits into every key, however long the name is, and stays unique", () => {
    const longest = (sub: string) => callerOf(eventOf({ jwt: { claims: { ...claims, sub } } }));
    const owners = ["中".repeat(255), `${"中".repeat(254)}文`, "🦆".repeat(127), "\0".repeat(255)].map(longest);

    for (const owner of owners) {
      const jobKey = formatJobKey({ owner, jobId: "x".repeat(limits.jobIdLength) });
      const objectKey = `${objectPrefixes.payloads}/${jobKey}/${"0".repeat(64)}.json`;
      expect(Buffer.byteLength(objectKey)).toBeLessThanOrEqual(1_024);
    }
    expect(new Set(owners).size).toBe(owners.length);
    expect(owners[0]).toBe(longest("中".repeat(255)));
    expect(longest("x".repeat(255))).toBe(`${claims.iss}|${"x".repeat(255)}`);
  });

  it.each([
    ["a signer without an id", { iam: { ...role, userId: null } }],
    ["a signer without an account", { iam: { ...role, accountId: null } }],
    ["a Cognito user without an id", { iam: { ...role, cognitoIdentity: {} } }],
    ["a token without a subject", { jwt: { claims: { iss: claims.iss } } }],
    ["a token with a subject of 256 characters", { jwt: { claims: { ...claims, sub: "x".repeat(256) } } }],
    ["a token with half a surrogate pair for a subject", { jwt: { claims: { ...claims, sub: "a\ud800" } } }],
    ["a token with half a surrogate pair in its issuer", { jwt: { claims: { ...claims, iss: "\udc00" } } }],
    ["a token without claims", { jwt: {} }],
  ])("is refused, not anonymous, for %s", async (_name, authorizer) => {
    const handler = apiHandler(silentLog, async ({ owner }) => ({ status: 200, body: { owner } }));

    const reply = await handler(eventOf(authorizer));

    expect(reply.statusCode).toBe(403);
    expect(bodyOf(reply)).toMatchObject({ type: "urn:sluice:problem:no-owner" });
  });
});

describe("a presigned request", () => {
  it("passes no parameters of its signature to the operation", async () => {
    const queryStringParameters = { wait: "5", "X-Amz-Signature": "abc", "X-Amz-Date": "20260101T000000Z" };
    const handler = apiHandler(silentLog, async ({ query }) => ({ status: 200, body: query }));

    const reply = await handler({ ...eventOf({ iam: role }), queryStringParameters });

    expect(bodyOf(reply)).toEqual({ wait: "5" });
  });
});
