import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import * as z from "zod";
import { jsonOrUndefined } from "../../../runtime/json-or-undefined.ts";

/**
 * API Gateway accepts RSA algorithms only:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
const digests: Record<string, string> = { RS256: "sha256", RS384: "sha384", RS512: "sha512" };

const headerSchema = z.looseObject({
  alg: z.enum(["RS256", "RS384", "RS512"]),
  kid: z.string(),
  // Critical extensions are not supported: https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11
  crit: z.undefined().optional(),
});

const claimsSchema = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  client_id: z.string().optional(),
  exp: z.number(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
});

export type Claims = z.infer<typeof claimsSchema>;

export interface Token {
  header: z.infer<typeof headerSchema>;
  claims: Claims;
  signedText: string;
  signature: Buffer;
}

/** Parses a token; undefined if it is malformed. */
export function readToken(text: string): Token | undefined {
  const parts = text.split(".");
  const [header, claims, signature] = parts.map(decode);
  if (parts.length !== 3 || !header || !claims || !signature) return undefined;
  const readHeader = headerSchema.safeParse(jsonOrUndefined(header.toString("utf8")));
  const readClaims = claimsSchema.safeParse(jsonOrUndefined(claims.toString("utf8")));
  if (!readHeader.success || !readClaims.success) return undefined;
  return {
    header: readHeader.data,
    claims: readClaims.data,
    signedText: text.slice(0, text.lastIndexOf(".")),
    signature,
  };
}

/** Checks issuer, audience and times. `client_id` is used only without `aud`. */
export function areValidClaims(
  { iss, aud, client_id, exp, nbf, iat }: Claims,
  expected: { issuer: string; audiences: string[] },
  now: number,
): boolean {
  const seconds = now / 1000;
  const meant = aud === undefined ? [client_id ?? ""] : [aud].flat();
  return (
    iss === expected.issuer &&
    meant.some((audience) => expected.audiences.includes(audience)) &&
    exp > seconds &&
    (nbf ?? 0) <= seconds &&
    (iat ?? 0) <= seconds
  );
}

export function isSignedBy({ header, signedText, signature }: Token, key: JsonWebKey): boolean {
  if (key.kty !== "RSA" || (key.use ?? "sig") !== "sig" || (key.alg ?? header.alg) !== header.alg) return false;
  return verify(digests[header.alg], Buffer.from(signedText), createPublicKey({ key, format: "jwk" }), signature);
}

/** Accepts only the canonical encoding. Otherwise a changed text could be the same token. */
function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, "base64url");
  return part !== "" && bytes.toString("base64url") === part ? bytes : undefined;
}
