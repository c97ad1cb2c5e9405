import type { Verdict } from "../verdict.ts";

export interface Identity {
  account: string;
  arn: string;
}

/** The outcome of a GetCallerIdentity call. */
export type IdentityAnswer =
  | { kind: "known"; identity: Identity }
  /** No credentials were found. */
  | { kind: "none" }
  /** AWS or single sign-on refused the credentials. */
  | { kind: "refused"; reason: string }
  | { kind: "unreachable"; reason: string };

export function judgeCredentials(answer: IdentityAnswer): Verdict {
  const check = "AWS credentials";
  switch (answer.kind) {
    case "known":
      return isRoot(answer.identity)
        ? {
            check,
            status: "warning",
            found: `account ${answer.identity.account}, its root user`,
            advice: "Create a role and sign in with it: the permissions of leaked root credentials cannot be limited.",
          }
        : { check, status: "ok", found: `account ${answer.identity.account}, ${answer.identity.arn}` };
    case "none":
      return {
        check,
        status: "problem",
        found: "none found",
        advice:
          "Run `aws configure sso` (or `aws configure`) and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for temporary credentials, AWS_SESSION_TOKEN.",
      };
    case "refused":
      return {
        check,
        status: "problem",
        found: `refused: ${answer.reason}`,
        advice: "Renew them (`aws sso login`), and check that AWS_PROFILE names the intended account.",
      };
    case "unreachable":
      return {
        check,
        status: "unknown",
        found: `AWS did not answer: ${answer.reason}`,
        advice: "Check that this machine reaches sts.REGION.amazonaws.com, through HTTPS_PROXY if there is a proxy.",
      };
  }
}

const isRoot = ({ arn }: Identity): boolean => arn.endsWith(":root");
