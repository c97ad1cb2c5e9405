import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SigningKeys, sign } from "./http-api/testing/requests.ts";
import { type Journey, startJourney } from "./testing/journey.ts";
import { startTokenIssuer, type TokenIssuer } from "./testing/token-issuer.ts";
import { curlSignature } from "./users.ts";

const run = promisify(execFile);
const job = JSON.stringify({ jobId: "order-1", payload: { n: 1 } });
const json = { "content-type": "application/json" };

interface Answer {
  status: number;
  body: unknown;
}

async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  return { status: response.status, body: await response.json() };
}

describe("an API with auth iam", () => {
  let journey: Journey;
  let apiUrl: string;
  let developer: SigningKeys;
  beforeAll(async () => {
    journey = await startJourney({ config: { "sluice:auth": "iam" } });
    apiUrl = journey.stack.outputs.apiUrl ?? "";
    developer = journey.stack.developerKeys ?? { accessKeyId: "", secretAccessKey: "" };
  });
  afterAll(() => journey.down());

  async function askSigned(keys: SigningKeys, method: string, path: string, body = "", sentBody = body) {
    const { host } = new URL(apiUrl);
    const request = await sign({ method, path, query: "", headers: { host, ...json }, body }, keys);
    const { host: _, ...headers } = request.headers;
    return ask(`${apiUrl}${path}`, { method, headers, ...(sentBody === "" ? {} : { body: sentBody }) });
  }

  /** A session of a role whose policy lets it call the API, if it says so. */
  function session(role: string, name: string, actions: string[]): SigningKeys {
    const { cloud } = journey.stack;
    const arn = `arn:aws:iam::${cloud.place.accountId}:role/${role}`;
    const statements = [{ Effect: "Allow" as const, Action: actions, Resource: "arn:aws:execute-api:*" }];
    cloud.roles.set(role, { arn, statements });
    return cloud.credentials.issue({ roleArn: arn, holder: `session/${name}` });
  }

  it("takes a signed request, and refuses it unsigned or with another body", async () => {
    const forbidden = { status: 403, body: { message: "Forbidden" } };

    expect(await askSigned(developer, "POST", "/jobs", job)).toMatchObject({ status: 202 });
    expect(await askSigned(developer, "GET", "/jobs/order-1")).toMatchObject({ status: 200 });
    expect(await ask(`${apiUrl}/jobs/order-1`)).toEqual(forbidden);
    expect(await askSigned(developer, "POST", "/jobs", job, job.replace("1}", "2}"))).toEqual(forbidden);
  });

  it("takes a presigned URL", async () => {
    const { host } = new URL(apiUrl);
    const request = { method: "GET", path: "/jobs/nobody", query: "", headers: { host }, body: "" };

    const { path, query } = await sign(request, developer, { expiresSeconds: 600 });

    expect(await ask(`${apiUrl}${path}?${query}`)).toMatchObject({ status: 404 });
    expect(await ask(`${apiUrl}/jobs/other?${query}`)).toMatchObject({ status: 403 });
  });

  it("knows a role in each of its sessions, and shows nobody another's job", async () => {
    const monday = session("client", "monday", ["execute-api:Invoke"]);
    const tuesday = session("client", "tuesday", ["execute-api:Invoke"]);
    const other = session("other", "monday", ["execute-api:Invoke"]);
    const body = job.replace("order-1", "order-2");

    expect(await askSigned(monday, "POST", "/jobs", body)).toMatchObject({ status: 202 });
    expect(await askSigned(tuesday, "GET", "/jobs/order-2")).toMatchObject({ status: 200 });
    expect(await askSigned(other, "GET", "/jobs/order-2")).toMatchObject({ status: 404 });
    expect(await askSigned(other, "DELETE", "/jobs/order-2")).toMatchObject({ status: 404 });
    expect(await askSigned(developer, "GET", "/jobs/order-2")).toMatchObject({ status: 404 });
  });

  it("refuses a role whose policies say nothing of it", async () => {
    const stranger = session("stranger", "monday", ["sqs:SendMessage"]);

    expect(await askSigned(stranger, "GET", "/jobs/order-1")).toMatchObject({ status: 403 });
  });

  it("takes what curl signs", async (context) => {
    const { stdout: version } = await run("curl", ["--version"]).catch(() => ({ stdout: "" }));
    const [, major, minor] = /^curl (\d+)\.(\d+)/.exec(version) ?? [];
    const canSign = Number(major) * 1000 + Number(minor) >= 7_075;
    if (!canSign) context.skip(`curl signs since 7.75; here is ${version.split("\n")[0] || "none"}`);
    const { developerKeys } = journey.stack;
    if (!developerKeys) throw new Error("expected keys; the stack gave none");
    const curl = async (path: string, ...more: string[]) => {
      const proof = curlSignature(developerKeys).split(" ");
      return (await run("curl", ["-sS", "-w", " %{http_code}", ...proof, ...more, `${apiUrl}${path}`])).stdout;
    };

    const posted = await curl("/jobs", "-H", "Content-Type: application/json", "-d", '{"jobId":"curled","payload":1}');

    expect(posted).toMatch(/"accepted":true.* 202$/);
    expect(await curl("/jobs/curled")).toMatch(/ 200$/);
  });
});

describe("an API with auth jwt", () => {
  let issuer: TokenIssuer;
  let journey: Journey;
  let apiUrl: string;
  beforeAll(async () => {
    issuer = await startTokenIssuer();
    journey = await startJourney({ config: issuer.config });
    apiUrl = journey.stack.outputs.apiUrl ?? "";
  });
  afterAll(async () => {
    await journey?.down();
    issuer.close();
  });

  it("takes a token of its issuer, and shows nobody another's job", async () => {
    const posted = await ask(`${apiUrl}/jobs`, {
      method: "POST",
      headers: issuer.headersOf({ sub: "ann" }),
      body: job,
    });

    expect(posted.status).toBe(202);
    expect((await ask(`${apiUrl}/jobs/order-1`, { headers: issuer.headersOf({ sub: "ann" }) })).status).toBe(200);
    expect((await ask(`${apiUrl}/jobs/order-1`, { headers: issuer.headersOf({ sub: "bob" }) })).status).toBe(404);
    expect(
      (await ask(`${apiUrl}/jobs/order-1`, { method: "DELETE", headers: issuer.headersOf({ sub: "bob" }) })).status,
    ).toBe(404);
  });

  it("refuses no token, one for others and one that has ended, all in the same words", async () => {
    const unauthorized = { status: 401, body: { message: "Unauthorized" } };

    expect(await ask(`${apiUrl}/jobs/order-1`)).toEqual(unauthorized);
    for (const claims of [{ aud: "others" }, { exp: 1 }]) {
      expect(await ask(`${apiUrl}/jobs/order-1`, { headers: issuer.headersOf({ sub: "ann", ...claims }) })).toEqual(
        unauthorized,
      );
    }
  });
});

describe("an API with auth none", () => {
  const origin = "https://app.example.com";
  let journey: Journey;
  let apiUrl: string;
  beforeAll(async () => {
    const config = {
      "sluice:corsOrigins": `["${origin}"]`,
      "sluice:statusRequestsPerSecond": "1",
    };
    journey = await startJourney({ config });
    apiUrl = journey.stack.outputs.apiUrl ?? "";
  });
  afterAll(() => journey.down());

  it("asks nobody who they are, answers pages of its origins, and reads no more often than it may", async () => {
    const posted = await ask(`${apiUrl}/jobs`, { method: "POST", headers: json, body: job });
    const seen = await fetch(`${apiUrl}/jobs/order-1`, { headers: { origin, authorization: "Bearer anything" } });
    const many = await Promise.all(Array.from({ length: 20 }, () => ask(`${apiUrl}/jobs/order-1`)));
    const others = await Promise.all(
      Array.from({ length: 5 }, () => ask(`${apiUrl}/jobs`, { method: "POST", headers: json, body: job })),
    );

    expect([posted.status, seen.status]).toEqual([202, 200]);
    expect(seen.headers.get("access-control-allow-origin")).toBe(origin);
    expect(many).toContainEqual({ status: 429, body: { message: "Too Many Requests" } });
    expect(others.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  });
});
