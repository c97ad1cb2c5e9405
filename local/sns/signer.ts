import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { signedText } from "../../client/read-notification.ts";

/** Signs messages as SNS does with signature version 2. The laptop has a key pair of its own instead of AWS's certificate. */
export interface Signer {
  /** In place of the certificate, in PEM. */
  publicKey(): string;
  signatureOf(message: Record<string, string>): string;
}

/** Path of the public key at the gateway. */
export const signingKeyPath = "/SimpleNotificationService-laptop.pem";

export function createSigner(): Signer {
  let pair: { privateKey: KeyObject; publicKey: KeyObject } | undefined;
  // Making a pair takes a tenth of a second, and most stacks have no HTTPS subscriber.
  const keys = () => {
    pair ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
    return pair;
  };
  return {
    publicKey: () => keys().publicKey.export({ type: "spki", format: "pem" }).toString(),
    signatureOf: (message) => sign("sha256", Buffer.from(signedText(message)), keys().privateKey).toString("base64"),
  };
}
