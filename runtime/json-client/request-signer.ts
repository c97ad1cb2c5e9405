import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/**
 * Signs POST requests to the root of an endpoint, by Signature Version 4:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * It derives the signing key once a day and for each new secret, not for each request.
 */
export function createRequestSigner({ service, region }: { service: string; region: string }) {
  let known: { secret: string; day: string; key: KeyObject } | undefined;

  function signingKey(secret: string, day: string): KeyObject {
    if (known?.secret !== secret || known.day !== day) {
      const key = [day, region, service, "aws4_request"].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
      // A key object takes a seventh of the time of its bytes.
      known = { secret, day, key: createSecretKey(key) };
    }
    return known.key;
  }

  /** Returns the headers to send: those given, and those of the signature. The names of the given ones are in lower case. */
  return (
    given: Record<string, string>,
    body: string,
    { accessKeyId, secretAccessKey, sessionToken }: Credentials,
    now: number,
  ): Record<string, string> => {
    const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
    const day = time.slice(0, 8);
    const headers: Record<string, string> = { ...given, "x-amz-date": time };
    if (sessionToken !== undefined) headers["x-amz-security-token"] = sessionToken;
    const names = Object.keys(headers).sort();
    const signedHeaders = names.join(";");
    const canonicalHeaders = names.map((name) => `${name}:${headers[name]}\n`).join("");
    const request = `POST\n/\n\n${canonicalHeaders}\n${signedHeaders}\n${hash("sha256", body)}`;
    const scope = `${day}/${region}/${service}/aws4_request`;
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash("sha256", request)}`;
    const signature = hmac(signingKey(secretAccessKey, day), text).toString("hex");
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    return headers;
  };
}

function hmac(key: Buffer | KeyObject, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
