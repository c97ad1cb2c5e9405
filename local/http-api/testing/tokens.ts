import { createSign, generateKeyPairSync, type JsonWebKey, type KeyObject } from "node:crypto";

export interface Signer {
  keyId: string;
  privateKey: KeyObject;
  /** The key in the form that an issuer publishes. */
  published: JsonWebKey & { kid: string; use: string; alg: string };
}

export function createSigner(keyId: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    keyId,
    privateKey,
    published: { ...publicKey.export({ format: "jwk" }), kid: keyId, use: "sig", alg: "RS256" },
  };
}

/** A token with these claims, always signed with RS256. */
export function writeToken(signer: Signer, claims: object, header: object = {}): string {
  const text = `${encode({ alg: "RS256", typ: "JWT", kid: signer.keyId, ...header })}.${encode(claims)}`;
  return `${text}.${createSign("sha256").update(text).sign(signer.privateKey, "base64url")}`;
}

export function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
