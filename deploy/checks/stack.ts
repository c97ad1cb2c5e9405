import type { Finding, Verdict } from "../verdict.ts";

export interface Login {
  user: string;
  url: string;
}

/** The backend stores the stack's state. `login` is undefined when nobody is logged in. */
export function judgeBackend(login: Finding<Login | undefined>): Verdict {
  const check = "Pulumi backend";
  if ("unknown" in login) return { check, status: "unknown", found: login.unknown };
  if (!login.value) {
    return {
      check,
      status: "problem",
      found: "not logged in",
      advice:
        "`pulumi login` stores the state in Pulumi Cloud, `pulumi login s3://BUCKET` in your bucket, `pulumi login --local` on this machine.",
    };
  }
  return { check, status: "ok", found: `${login.value.user} at ${login.value.url}` };
}

export interface StackFacts {
  /** The name given on the command line. */
  wanted: string | undefined;
  stacks: Finding<{ name: string; current: boolean }[]>;
}

/** Checks that the wanted stack exists or, without a name, that one is selected. */
export function judgeStack({ wanted, stacks }: StackFacts): Verdict {
  const check = "stack";
  if ("unknown" in stacks) return { check, status: "unknown", found: stacks.unknown };
  if (wanted !== undefined) {
    if (stacks.value.some(({ name }) => isSame(name, wanted))) return { check, status: "ok", found: wanted };
    return {
      check,
      status: "problem",
      found: `stack ${wanted} does not exist; ${listed(stacks.value)}`,
      advice: `Create it: \`pulumi stack init ${wanted}\`.`,
    };
  }
  const current = stacks.value.find((stack) => stack.current);
  if (current) return { check, status: "ok", found: current.name };
  return {
    check,
    status: "problem",
    found: `none selected; ${listed(stacks.value)}`,
    advice:
      stacks.value.length === 0
        ? "Create one: `pulumi stack init dev`."
        : "Select one: `pulumi stack select NAME`, or add `--stack NAME`.",
  };
}

/** A stack's name may include its organization and project. */
function isSame(name: string, wanted: string): boolean {
  return name === wanted || name.endsWith(`/${wanted}`) || wanted.endsWith(`/${name}`);
}

function listed(stacks: { name: string }[]): string {
  return stacks.length === 0 ? "there are no stacks" : `stacks: ${stacks.map(({ name }) => name).join(", ")}`;
}
