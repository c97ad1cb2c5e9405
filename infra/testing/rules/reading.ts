import type { Recorded, Registration } from "../record-program.ts";

/** The input at a path such as `metadataOptions.httpTokens` or `rules.0.expiration`. */
export function input(resource: Registration, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], resource.inputs);
}

/** A change of one input, for `spoil`. */
export function setting(path: string, value: unknown): (resource: Registration) => void {
  const keys = path.split(".");
  const last = keys.pop() as string;
  return ({ inputs }) => {
    const holder = keys.reduce<Record<string, unknown>>((holder, key) => {
      holder[key] ??= {};
      return holder[key] as Record<string, unknown>;
    }, inputs);
    holder[last] = value;
  };
}

/** Removes the resources that belong to a resource, for `spoil`. */
export function without(type: string): (resource: Registration, program: Recorded) => void {
  return (resource, program) => {
    const gone = companions(program, resource, type);
    program.registrations = program.registrations.filter((registration) => !gone.includes(registration));
  };
}

/** Resources of a type that refer to this one, such as the policy of a bucket. */
export function companions(program: Recorded, resource: Registration, type: string): Registration[] {
  return program.registrations.filter(
    (registration) =>
      registration.type === type && Object.values(registration.propertyDependencies).flat().includes(resource.urn),
  );
}

export interface PolicyStatement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Action: string[];
  Resource: string[];
  Principal?: string | Record<string, string | string[]>;
  Condition?: Record<string, Record<string, unknown>>;
}

/** The statements of a policy in an input's JSON text; single values become lists. */
export function statements(resource: Registration, path = "policy"): PolicyStatement[] {
  const text = input(resource, path);
  if (typeof text !== "string") return [];
  const { Statement } = JSON.parse(text) as { Statement: (Record<string, unknown> & { Effect: "Allow" | "Deny" })[] };
  return Statement.map((statement) => ({
    ...statement,
    Action: list(statement.Action),
    Resource: list(statement.Resource),
  }));
}

/** Replaces a policy, for `spoil`. */
export function rewriting(path: string, change: (statements: PolicyStatement[]) => PolicyStatement[]) {
  return (resource: Registration): void => {
    setting(path, JSON.stringify({ Version: "2012-10-17", Statement: change(statements(resource, path)) }))(resource);
  };
}

export function principals({ Principal }: PolicyStatement): string[] {
  if (Principal === undefined) return [];
  return typeof Principal === "string" ? [Principal] : Object.values(Principal).flatMap(list);
}

export function refusesPlaintext(policy: PolicyStatement[], action: string): boolean {
  return policy.some(
    (statement) =>
      statement.Effect === "Deny" &&
      principals(statement).includes("*") &&
      statement.Action.some((denied) => denied === action || denied === `${action.split(":")[0]}:*`) &&
      statement.Condition?.Bool?.["aws:SecureTransport"] === "false",
  );
}

export function allowing(statements: PolicyStatement[]): PolicyStatement[] {
  return statements.filter(({ Effect }) => Effect === "Allow");
}

function list(value: unknown): string[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
}

const looksSecret = /SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|PRIVATE|CREDENTIAL/i;
const secretValue = /AKIA[0-9A-Z]{16}|-----BEGIN|xox[bp]-|gh[pousr]_[A-Za-z0-9]{20}/;

/** Matches texts that look like secrets, by name or form. */
export function givesSecretAway(name: string, value: unknown): boolean {
  return looksSecret.test(name) || secretValue.test(String(value));
}
