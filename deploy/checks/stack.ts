import type { Finding, Verdict } from "../verdict.ts";

export interface StackFacts {
  /** The name given on the command line. */
  wanted: string | undefined;
  stacks: Finding<{ name: string; current: boolean }[]>;
}

/** Which stack the commands mean. */
export function judgeStack({ wanted, stacks }: StackFacts): Verdict {
  const check = "stack";
  if ("unknown" in stacks) return { check, status: "unknown", found: stacks.unknown };
  if (wanted !== undefined) {
    if (stacks.value.some(({ name }) => isSame(name, wanted))) return { check, status: "ok", found: wanted };
    return {
      check,
      status: "problem",
      found: `there is no stack ${wanted}; ${listed(stacks.value)}`,
      advice: `Make it: \`pulumi stack init ${wanted}\`.`,
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
        ? "Make one: `pulumi stack init dev`."
        : "Choose one: `pulumi stack select NAME`, or add `--stack NAME`.",
  };
}

/** A stack may be named with its organisation and project before it. */
function isSame(name: string, wanted: string): boolean {
  return name === wanted || name.endsWith(`/${wanted}`) || wanted.endsWith(`/${name}`);
}

function listed(stacks: { name: string }[]): string {
  return stacks.length === 0 ? "there are none" : `there are ${stacks.map(({ name }) => name).join(", ")}`;
}
