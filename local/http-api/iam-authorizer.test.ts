import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { iamAuthorizer, type KeyHolder } from "./iam-authorizer.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { type SigningOptions, sign, type Unsigned } from "./testing/requests.ts";

const now = Date.UTC(2026, 0, 1, 12);
const roleKeys = { accessKeyId: "ASIAROLE", secretAccessKey: "secret", sessionToken: "session" };
const userKeys = { accessKeyId: "AKIAUSER", secretAccessKey: "hidden" };
const holders: Record<string, KeyHolder> = {
  ASIAROLE: { arn: "arn:aws:iam::1:role/client", holder: "function/client-1", secrets: roleKeys },
  AKIAUSER: { arn: "arn:aws:iam::1:user/developer", holder: "developer", secrets: userKeys },
};
const asked: [string, string][] = [];
const authorize = iamAuthorizer({
  clock: new ManualClock(now),
  region: "eu-central-1",
  accountId: "1",
  stageArn: "arn:aws:execute-api:eu-central-1:1:api/$default",
  findHolder: (accessKeyId) => holders[accessKeyId],
  mayInvoke: (...question) => asked.push(question) > 0 && !question[1].includes("/admin"),
});

const plain: Unsigned = {
  method: "POST",
  path: "/jobs/order%201",
  query: "state=queued&name=a%2Fb",
  headers: { host: "127.0.0.1:8080", "content-type": "application/json" },
  body: '{"payload":{"n":1}}',
};
const forbidden = { status: 403 };

function signed(changes: Partial<Unsigned> = {}, options: SigningOptions = {}, keys: typeof userKeys = userKeys) {
  return sign({ ...plain, ...changes }, keys, { date: new Date(now), ...options });
}

describe("a signed request", () => {
  it("is let through as its role in this session, in the form API Gateway describes it", async () => {
    const verdict = await authorize(await signed({}, {}, roleKeys));

    expect(asked.at(-1)).toEqual([
      "arn:aws:iam::1:role/client",
      "arn:aws:execute-api:eu-central-1:1:api/$default/POST/jobs/order%201",
    ]);
    const userId = expect.stringMatching(/^AROA[0-9A-F]{17}:client-1$/);
    expect(verdict).toEqual({
      accountId: "1",
      authorizer: {
        iam: {
          accessKey: "ASIAROLE",
          accountId: "1",
          callerId: userId,
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: "arn:aws:sts::1:assumed-role/client/client-1",
          userId,
        },
      },
    });
  });

  it.each([
    ["in its headers by a user", {}, userKeys],
    ["in its query by a user", { expiresSeconds: 900 }, userKeys],
    ["in its query by a role", { expiresSeconds: 900 }, roleKeys],
    ["by a clock that is 5 minutes fast", { date: new Date(now + 300_000) }, userKeys],
    ["by a clock that is 5 minutes slow", { date: new Date(now - 300_000) }, userKeys],
    ["in its query for a while that is not over", { date: new Date(now - 900_000), expiresSeconds: 900 }, userKeys],
  ])("is let through when signed %s", async (_name, options, keys) => {
    expect(await authorize(await signed({}, options, keys))).toHaveProperty("authorizer");
  });

  it.each([
    ["a slow clock", { date: new Date(now - 301_000) }],
    ["a fast clock", { date: new Date(now + 301_000) }],
    ["another region", { region: "us-east-1" }],
    ["another service", { service: "sqs" }],
    ["a while that is over", { date: new Date(now - 901_000), expiresSeconds: 900 }],
    ["a while that has not begun", { date: new Date(now + 301_000), expiresSeconds: 900 }],
  ])("is refused for %s", async (_name, options) => {
    expect(await authorize(await signed({}, options))).toEqual(forbidden);
  });

  it.each([
    ["unknown keys", { ...userKeys, accessKeyId: "AKIASTRANGER" }],
    ["another secret", { ...userKeys, secretAccessKey: "guessed" }],
    ["another session's token", { ...roleKeys, sessionToken: "other" }],
    ["no session's token", { accessKeyId: "ASIAROLE", secretAccessKey: "secret" }],
    ["a session's token that the keys do not have", { ...userKeys, sessionToken: "session" }],
  ])("is refused for %s", async (_name, keys) => {
    expect(await authorize(await signed({}, {}, keys))).toEqual(forbidden);
    expect(await authorize(await signed({}, { expiresSeconds: 900 }, keys))).toEqual(forbidden);
  });

  it("is refused where no policy lets its signer in", async () => {
    expect(await authorize(await signed({ path: "/admin" }))).toEqual(forbidden);
  });

  it.each<[string, (request: ReceivedRequest) => Partial<ReceivedRequest>]>([
    ["nothing", () => ({ headers: { host: "127.0.0.1:8080" } })],
    ["another scheme", ({ headers }) => ({ headers: { ...headers, authorization: "Bearer x" } })],
    ["a broken header", ({ headers }) => ({ headers: { ...headers, authorization: "AWS4-HMAC-SHA256 Credential=" } })],
    ["a header and a query", ({ query }) => ({ query: `${query}&X-Amz-Signature=1` })],
    ["a query that is not UTF-8", () => ({ query: "state=%ff" })],
    ["a body that was sent before with another", () => ({ body: Buffer.from('{"payload":{"n":2}}') })],
    [
      "a body without a hash of its own",
      ({ headers }) => ({ headers: { ...headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } }),
    ],
    [
      "a signature that does not cover the host",
      ({ headers }) => ({
        headers: { ...headers, authorization: String(headers.authorization).replace("host;", "") },
      }),
    ],
  ])("is refused that carries %s", async (_name, spoil) => {
    const request = await signed();

    expect(await authorize({ ...request, ...spoil(request) })).toEqual(forbidden);
  });

  it("is refused when any byte of it is another than was signed", async () => {
    const requests = [await signed({}, {}, roleKeys), await signed({}, { expiresSeconds: 900 }, roleKeys)];
    const texts = requests.flatMap((request) => changeable(request).map((part) => ({ request, part })));

    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), fc.nat(), fc.nat(), async ({ request, part }, where, what) => {
        const index = where % part.text.length;
        const letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.~/%";
        const letter = letters[what % letters.length] ?? "";
        const text = part.text.slice(0, index) + letter + part.text.slice(index + 1);
        // %2f and %2F mean the same.
        fc.pre(text.replaceAll(/%../g, (code) => code.toUpperCase()) !== part.text);

        expect(await authorize(part.put(text))).toEqual(forbidden);
        expect(await authorize(request)).toHaveProperty("authorizer");
      }),
      { numRuns: 500 },
    );
  });
});

interface Part {
  text: string;
  put(text: string): ReceivedRequest;
}

/** All signed parts of a request, and the signature itself. */
function changeable(request: ReceivedRequest): Part[] {
  const inHeader = (name: string): Part => ({
    text: request.headers[name] ?? "",
    put: (text) => ({ ...request, headers: { ...request.headers, [name]: text } }),
  });
  return [
    { text: request.method, put: (method) => ({ ...request, method }) },
    { text: request.path, put: (path) => ({ ...request, path }) },
    { text: request.query, put: (query) => ({ ...request, query }) },
    { text: request.body.toString(), put: (text) => ({ ...request, body: Buffer.from(text) }) },
    ...Object.keys(request.headers).map(inHeader),
  ];
}
