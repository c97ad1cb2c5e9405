import { createHash, createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { ManualClock } from "../runtime/clock.ts";
import { regionOf, sigV4Signer } from "./sig-v4-signer.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
const clock = new ManualClock(Date.parse("2026-01-02T03:04:05Z"));

/** The signature by hand: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signByHand(canonicalRequest: string): string {
  const key = ["20260102", "eu-central-1", "execute-api", "aws4_request"].reduce<Buffer | string>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  const scope = "20260102/eu-central-1/execute-api/aws4_request";
  const text = `AWS4-HMAC-SHA256\n20260102T030405Z\n${scope}\n${hash(canonicalRequest)}`;
  return createHmac("sha256", key).update(text).digest("hex");
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

it("signs host, time, token, query and body as AWS documents it", async () => {
  const sign = sigV4Signer({ region: "eu-central-1", credentials, clock });
  const body = '{"payload":"ü"}';
  const url = "https://abc.execute-api.eu-central-1.amazonaws.com/jobs?limit=100&cursor=a+b";

  const headers = await sign({ method: "POST", url, headers: { "content-type": "application/json" }, body });

  const signedHeaders = "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token";
  const signature = signByHand(
    [
      "POST",
      "/jobs",
      "cursor=a%20b&limit=100",
      "content-type:application/json",
      "host:abc.execute-api.eu-central-1.amazonaws.com",
      `x-amz-content-sha256:${hash(body)}`,
      "x-amz-date:20260102T030405Z",
      "x-amz-security-token:token",
      "",
      signedHeaders,
      hash(body),
    ].join("\n"),
  );
  expect(headers.authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-central-1/execute-api/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  );
  expect(headers).toMatchObject({ "content-type": "application/json", "x-amz-security-token": "token" });
  expect(headers).not.toHaveProperty("host");
});

it("reads the region from an API's URL", () => {
  expect(regionOf("https://abc.execute-api.eu-west-3.amazonaws.com/")).toBe("eu-west-3");
  expect(regionOf("http://127.0.0.1:1234")).toBeUndefined();
});
