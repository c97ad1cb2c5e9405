import { createHmac, createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { jwtAuthorizer } from "./jwt-authorizer.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { createSigner, encode, writeToken } from "./testing/tokens.ts";

const seconds = Date.UTC(2026, 0, 1) / 1000;
const issuer = "https://login.example.com/";
const signer = createSigner("key-1");
const stranger = createSigner("key-1");
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
const claims = { iss: issuer, sub: "user-1", aud: "jobs", exp: seconds + 60, nbf: seconds, iat: seconds };
const unauthorized = { status: 401, headers: { "www-authenticate": "Bearer" } };

function authorize(authorization: string | undefined, scopes: string[] = [], find = findKey) {
  const problems: string[] = [];
  const authorizer = jwtAuthorizer({
    clock: new ManualClock(seconds * 1000),
    issuer,
    audiences: ["jobs", "more-jobs"],
    scopes,
    keys: { find },
    onProblem: (message) => void problems.push(message),
  });
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  return authorizer({ headers } as ReceivedRequest).then((verdict) => ({ verdict, problems }));
}

async function findKey(keyId: string) {
  if (keyId === "elliptic") return elliptic;
  if (keyId === "for-encryption") return { ...signer.published, use: "enc" };
  if (keyId === "for-RS512") return { ...signer.published, alg: "RS512" };
  return keyId === "key-1" ? signer.published : undefined;
}

describe("a bearer of a token", () => {
  it("is let through with the token's claims as texts", async () => {
    const token = writeToken(signer, { ...claims, "cognito:groups": ["a", "b"], admin: false });

    const { verdict } = await authorize(`Bearer ${token}`);

    const texts = { exp: String(claims.exp), nbf: String(seconds), iat: String(seconds), admin: "false" };
    expect(verdict).toEqual({
      accountId: "anonymous",
      authorizer: { jwt: { claims: { ...claims, ...texts, "cognito:groups": "[a b]" }, scopes: null } },
    });
  });

  it.each([
    ["one of several audiences", { ...claims, aud: ["others", "more-jobs"] }],
    ["a client_id and no audience", { ...claims, aud: undefined, client_id: "jobs" }],
    ["no other times than its end", { ...claims, nbf: undefined, iat: undefined }],
  ])("is let through with %s", async (_name, changed) => {
    expect((await authorize(`Bearer ${writeToken(signer, changed)}`)).verdict).toHaveProperty("authorizer");
    expect((await authorize(writeToken(signer, changed))).verdict).toHaveProperty("authorizer");
  });

  it.each([
    ["another issuer", { ...claims, iss: "https://login.example.com" }],
    ["no issuer", { ...claims, iss: undefined }],
    ["another audience", { ...claims, aud: "others" }],
    ["another audience, whatever the client_id", { ...claims, aud: "others", client_id: "jobs" }],
    ["another client_id", { ...claims, aud: undefined, client_id: "others" }],
    ["neither", { ...claims, aud: undefined }],
    ["an end that has come", { ...claims, exp: seconds }],
    ["no end", { ...claims, exp: undefined }],
    ["an end that is no number", { ...claims, exp: "9999999999" }],
    ["a beginning to come", { ...claims, nbf: seconds + 1 }],
    ["an issue to come", { ...claims, iat: seconds + 1 }],
  ])("is refused with %s", async (_name, changed) => {
    expect((await authorize(`Bearer ${writeToken(signer, changed)}`)).verdict).toEqual(unauthorized);
  });

  const good = writeToken(signer, claims);
  const [header = "", body = "", signature = ""] = good.split(".");
  const publicPem = createPublicKey({ key: signer.published, format: "jwk" }).export({ format: "pem", type: "spki" });
  const confused = `${encode({ alg: "HS256", kid: "key-1" })}.${body}`;
  it.each([
    ["no token", undefined],
    ["an empty one", "Bearer "],
    ["another scheme", `Basic ${good}`],
    ["no JSON", "Bearer a.b.c"],
    ["two parts", `Bearer ${header}.${body}`],
    ["no signature", `Bearer ${header}.${body}.`],
    ["alg none", `Bearer ${encode({ alg: "none", kid: "key-1" })}.${body}.`],
    ["alg none and a signature", `Bearer ${writeToken(signer, claims, { alg: "none" })}`],
    [
      "the public key as a secret",
      `Bearer ${confused}.${createHmac("sha256", publicPem).update(confused).digest("base64url")}`,
    ],
    ["another algorithm than it was signed with", `Bearer ${writeToken(signer, claims, { alg: "RS512" })}`],
    ["an algorithm without RSA", `Bearer ${writeToken(signer, claims, { alg: "ES256", kid: "elliptic" })}`],
    ["a key of another kind", `Bearer ${writeToken(signer, claims, { kid: "elliptic" })}`],
    ["a key that signs nothing", `Bearer ${writeToken(signer, claims, { kid: "for-encryption" })}`],
    ["a key for another algorithm", `Bearer ${writeToken(signer, claims, { kid: "for-RS512" })}`],
    ["what must be understood and is not", `Bearer ${writeToken(signer, claims, { crit: ["b64"] })}`],
    ["an unknown key", `Bearer ${writeToken(signer, claims, { kid: "key-2" })}`],
    ["no key's name", `Bearer ${writeToken(signer, claims, { kid: undefined })}`],
    ["someone else's signature", `Bearer ${writeToken(stranger, claims)}`],
    ["other claims than were signed", `Bearer ${header}.${encode({ ...claims, sub: "user-2" })}.${signature}`],
    ["a signature spelt otherwise", `Bearer ${good}=`],
  ])("is refused with %s", async (_name, authorization) => {
    expect((await authorize(authorization)).verdict).toEqual(unauthorized);
  });

  it("is refused without a reason while the issuer does not answer, and the operator hears of it", async () => {
    const { verdict, problems } = await authorize(`Bearer ${good}`, [], () => Promise.reject(new Error("it is down")));

    expect(verdict).toEqual(unauthorized);
    expect(problems).toEqual([`expected the keys of issuer ${issuer}; the request failed: it is down`]);
  });

  it("needs one of the route's scopes", async () => {
    const granted = (more: object) =>
      authorize(writeToken(signer, { ...claims, ...more }), ["jobs:read", "jobs:write"]);

    expect((await granted({ scope: "email jobs:read" })).verdict).toHaveProperty("authorizer.jwt.scopes", [
      "jobs:read",
    ]);
    expect((await granted({ scp: ["jobs:write"] })).verdict).toHaveProperty("authorizer.jwt.scopes", ["jobs:write"]);
    expect((await granted({ scope: "email" })).verdict).toEqual({ status: 403 });
    expect((await granted({})).verdict).toEqual({ status: 403 });
  });
});
