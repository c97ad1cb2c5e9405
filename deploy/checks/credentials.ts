import type { Verdict } from "../verdict.ts";

export interface Identity {
  account: string;
  arn: string;
}

/** What asking AWS "who am I" led to. */
export type IdentityAnswer =
  | { kind: "known"; identity: Identity }
  /** Nothing to sign with was found. */
  | { kind: "none" }
  /** AWS, or the single sign-on before it, refused what was found. */
  | { kind: "refused"; reason: string }
  /** No answer came. */
  | { kind: "unreachable"; reason: string };

/** Who would own what is made. */
export function judgeCredentials(answer: IdentityAnswer): Verdict {
  const check = "AWS credentials";
  switch (answer.kind) {
    case "known":
      return isRoot(answer.identity)
        ? {
            check,
            status: "warning",
            found: `account ${answer.identity.account}, its root user`,
            advice: "Make a role for this and sign in with it: what leaks of root cannot be limited.",
          }
        : { check, status: "ok", found: `account ${answer.identity.account}, ${answer.identity.arn}` };
    case "none":
      return {
        check,
        status: "problem",
        found: "none found",
        advice:
          "`aws configure sso` (or `aws configure`), then set AWS_PROFILE, or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for temporary ones, AWS_SESSION_TOKEN.",
      };
    case "refused":
      return {
        check,
        status: "problem",
        found: `refused: ${answer.reason}`,
        advice: "Renew them (`aws sso login`), and see that AWS_PROFILE names the account you mean.",
      };
    case "unreachable":
      return {
        check,
        status: "unknown",
        found: `AWS did not answer: ${answer.reason}`,
        advice: "See that this machine reaches sts.REGION.amazonaws.com, through HTTPS_PROXY where there is one.",
      };
  }
}

const isRoot = ({ arn }: Identity): boolean => arn.endsWith(":root");
