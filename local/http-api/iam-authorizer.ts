import { createHash } from "node:crypto";
import type { Clock } from "../../runtime/clock.ts";
import type { Authorizer, Identity, Refusal } from "./authorizer.ts";
import type { ReceivedRequest } from "./received-request.ts";
import { readSignature, type Signature } from "./signature/read-signature.ts";
import { isTimely, type Secrets, verifySignature } from "./signature/verify-signature.ts";

export interface KeyHolder {
  /** ARN of a role or user. */
  arn: string;
  /** Such as `function/api-submit-1a2b3c4`. */
  holder: string;
  secrets: Secrets;
}

export interface IamAuthorizerOptions {
  clock: Clock;
  region: string;
  accountId: string;
  /** Such as `arn:aws:execute-api:REGION:ACCOUNT:API/$default`. */
  stageArn: string;
  findHolder(accessKeyId: string): KeyHolder | undefined;
  /** Evaluates the principal's policies for a method and path. */
  mayInvoke(principalArn: string, methodArn: string): boolean;
}

/** AWS_IAM authorization: the request is signed with known keys, and the policies of their holder allow it. */
export function iamAuthorizer(options: IamAuthorizerOptions): Authorizer {
  return async (request) => {
    const found = findSigner(request, options);
    if (!found) return forbidden;
    const methodArn = `${options.stageArn}/${request.method}${request.path}`;
    return options.mayInvoke(found.signer.arn, methodArn) ? describe(found, options.accountId) : forbidden;
  };
}

const forbidden: Refusal = { status: 403 };

interface Signed {
  signature: Signature;
  signer: KeyHolder;
}

function findSigner(request: ReceivedRequest, { clock, region, findHolder }: IamAuthorizerOptions): Signed | undefined {
  try {
    const signature = readSignature(request);
    const signer = signature && findHolder(signature.accessKeyId);
    if (!signer || !isTimely(signature, clock.now())) return undefined;
    const isValid = verifySignature(request, signature, signer.secrets, { service: "execute-api", region });
    return isValid ? { signature, signer } : undefined;
  } catch (error) {
    // A query that cannot be decoded has no valid signature.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
function describe({ signature, signer }: Signed, accountId: string): Identity {
  const { userArn, userId } = identify(signer);
  const iam = {
    accessKey: signature.accessKeyId,
    accountId,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn,
    userId,
  };
  return { accountId, authorizer: { iam } };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable */
function identify({ arn, holder }: KeyHolder): { userArn: string; userId: string } {
  const [prefix, role] = arn.split(":role/");
  if (role === undefined) return { userArn: arn, userId: uniqueId("AIDA", arn) };
  const session = holder.split("/").at(-1);
  return {
    userArn: `${prefix?.replace(":iam:", ":sts:")}:assumed-role/${role}/${session}`,
    userId: `${uniqueId("AROA", arn)}:${session}`,
  };
}

/** IAM generates unique ids; here the id is a hash of the name. */
function uniqueId(prefix: string, arn: string): string {
  return prefix + createHash("sha256").update(arn).digest("hex").slice(0, 17).toUpperCase();
}
