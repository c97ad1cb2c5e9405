import { expect, it } from "vitest";
import { checkSignature } from "../../local/gateway/check-signature.ts";
import { ManualClock } from "../../runtime/clock.ts";
import { createUploadPresigner } from "./presign-upload.ts";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token+/=" };

it.each(["1.alice", "alice/é", "(it's) 100% *!~"])(
  "the URL for an upload of %j has a valid signature of its size, type and condition",
  async (owner) => {
    const clock = new ManualClock(Date.parse("2026-01-02T03:04:05.678Z"));
    const presign = createUploadPresigner({
      bucketUrl: "https://artifacts.s3.eu-central-1.amazonaws.com",
      region: "eu-central-1",
      credentials: async () => keys,
      clock,
    });

    const offer = await presign(owner, { bytes: 9, contentType: "text/plain" });

    const { host, pathname, search } = new URL(offer.url);
    const check = (headers: Record<string, string>) =>
      checkSignature(
        {
          method: "PUT",
          path: pathname,
          query: search.slice(1),
          headers: { host, ...headers },
          body: Buffer.from("some text"),
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
        },
        "s3",
        keys,
        clock.now(),
      );
    expect(decodeURIComponent(pathname)).toBe(`/${offer.objectKey}`);
    expect(() => check(offer.headers)).not.toThrow();
    for (const [name, other] of [
      ["content-length", "10"],
      ["content-type", "text/html"],
      ["if-none-match", ""],
    ] as const) {
      expect(() => check({ ...offer.headers, [name]: other })).toThrow("signature");
    }
  },
);
