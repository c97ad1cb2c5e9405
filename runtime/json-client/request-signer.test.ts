import { createHash, createHmac } from "node:crypto";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect, it } from "vitest";
import { createRequestSigner } from "./request-signer.ts";

class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Buffer);
  }
  update(data: Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}

const service = { service: "dynamodb", region: "eu-central-1" };
const headers = {
  host: "dynamodb.eu-central-1.amazonaws.com",
  "content-type": "application/x-amz-json-1.0",
  "x-amz-target": "DynamoDB_20120810.GetItem",
};
const body = JSON.stringify({ TableName: "jobs", Key: { jobKey: { S: "né/🦆" } } });
const now = Date.UTC(2026, 0, 31, 23, 59, 59, 999);

it.each([
  ["long-term credentials", { accessKeyId: "AKIA", secretAccessKey: "secret" }],
  ["a session", { accessKeyId: "ASIA", secretAccessKey: "secret/+=", sessionToken: "token/+==" }],
])("signs as the SDK does, with %s", async (_case, credentials) => {
  const signer = new SignatureV4({ ...service, credentials, sha256: Sha256, applyChecksum: false });
  const request = new HttpRequest({ method: "POST", hostname: headers.host, path: "/", headers: { ...headers }, body });

  const signed = createRequestSigner(service)(headers, body, credentials, now);
  const expected = await signer.sign(request, { signingDate: new Date(now) });

  expect(signed).toEqual(expected.headers);
});

it("uses a new key on the next day and for a new secret", () => {
  const sign = createRequestSigner(service);
  const credentials = { accessKeyId: "AKIA", secretAccessKey: "secret" };
  const changed = { ...credentials, secretAccessKey: "another" };
  const signatures = [
    sign(headers, body, credentials, now),
    sign(headers, body, credentials, now + 1),
    sign(headers, body, changed, now + 1),
  ];

  expect(signatures).toEqual([
    createRequestSigner(service)(headers, body, credentials, now),
    createRequestSigner(service)(headers, body, credentials, now + 1),
    createRequestSigner(service)(headers, body, changed, now + 1),
  ]);
});
