import type { Finding, Verdict } from "../verdict.ts";

export interface Login {
  user: string;
  url: string;
}

/** Where the stack's state lives; undefined when nobody is logged in. */
export function judgeBackend(login: Finding<Login | undefined>): Verdict {
  const check = "Pulumi backend";
  if ("unknown" in login) return { check, status: "unknown", found: login.unknown };
  if (!login.value) {
    return {
      check,
      status: "problem",
      found: "not logged in",
      advice:
        "`pulumi login` keeps the state at Pulumi Cloud, `pulumi login s3://BUCKET` in a bucket of yours, `pulumi login --local` on this machine.",
    };
  }
  return { check, status: "ok", found: `${login.value.user} at ${login.value.url}` };
}
