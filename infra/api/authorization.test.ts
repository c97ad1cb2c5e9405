import { beforeAll, describe, expect, it } from "vitest";
import { ofType, type Recorded, recordProgram } from "../testing/record-program.ts";

const jwtConfig = {
  "sluice:auth": "jwt",
  "sluice:jwtIssuer": "https://login.example.com",
  "sluice:jwtAudience": '["jobs"]',
};

let iam: Recorded;
let jwt: Recorded;
let open: Recorded;
beforeAll(async () => {
  iam = await recordProgram({ "sluice:corsOrigins": '["https://app.example.com"]' });
  jwt = await recordProgram(jwtConfig);
  open = await recordProgram({ "sluice:auth": "none" });
});

function authorizations(program: Recorded): Record<string, unknown> {
  const routes = ofType(program, "aws:apigatewayv2/route:Route");
  return Object.fromEntries(routes.map(({ inputs }) => [inputs.routeKey, inputs.authorizationType]));
}

describe("the API's routes", () => {
  it("ask for a signature, for a token or for nothing, as auth says, but for the public one", () => {
    for (const [program, type] of [
      [iam, "AWS_IAM"],
      [jwt, "JWT"],
      [open, "NONE"],
    ] as const) {
      const { "GET /openapi.json": description, ...others } = authorizations(program);

      expect(new Set(Object.values(others))).toEqual(new Set([type]));
      expect(description).toBe("NONE");
    }
  });

  it("share one authorizer of the issuer's tokens, and only where there are tokens", () => {
    const [authorizer, ...more] = ofType(jwt, "aws:apigatewayv2/authorizer:Authorizer");
    const ids = ofType(jwt, "aws:apigatewayv2/route:Route").map(({ inputs }) => inputs.authorizerId);

    expect(more).toEqual([]);
    expect(authorizer?.inputs).toMatchObject({
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: "https://login.example.com", audiences: ["jobs"] },
    });
    expect(new Set(ids)).toEqual(new Set(["api-jwt-id", undefined]));
    expect(iam.registrations.filter(({ type }) => type.includes("Authorizer"))).toEqual([]);
  });

  it("are open to pages of the named origins only, without cookies", () => {
    const [api] = ofType(iam, "aws:apigatewayv2/api:Api");

    expect(api?.inputs.corsConfiguration).toMatchObject({
      allowOrigins: ["https://app.example.com"],
      allowMethods: ["DELETE", "GET", "POST"],
    });
    expect(api?.inputs.corsConfiguration).not.toHaveProperty("allowCredentials");
    expect(ofType(open, "aws:apigatewayv2/api:Api")[0]?.inputs).not.toHaveProperty("corsConfiguration");
  });
});
