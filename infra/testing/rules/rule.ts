import type { Recorded, Registration } from "../record-program.ts";

/** The configurations under which the program is recorded and held to the rules. */
export type Configuration = "default" | "dev" | "all-options";

/** One thing that must be true of every resource of some types. */
export interface Rule {
  /** What rule books call it (checkov, cdk-nag, AWSGuard), or a name of ours. */
  ids: string[];
  says: string;
  types: string[];
  /** Configurations in which the program may well have none of these resources. */
  absentIn?: Configuration[];
  holds(resource: Registration, program: Recorded): boolean;
  /** Makes the rule break, to show that it can. Only a rule that is broken, and waived, everywhere needs none. */
  spoil?(resource: Registration, program: Recorded): void;
}

/** Why a rule need not hold. */
export interface Waiver {
  id: string;
  /** Fits the resource's logical name; every resource if not given. */
  name?: RegExp;
  /** All configurations if not given. */
  in?: Configuration[];
  reason: string;
}

export interface Finding {
  ids: string[];
  resource: Registration;
}

export function resourcesOf(rule: Rule, program: Recorded): Registration[] {
  return program.registrations.filter(({ type }) => rule.types.includes(type));
}

/** Every resource that breaks the rule. */
export function breachesOf(rule: Rule, program: Recorded): Finding[] {
  return resourcesOf(rule, program)
    .filter((resource) => !rule.holds(resource, program))
    .map((resource) => ({ ids: rule.ids, resource }));
}

export function isWaivedBy(waiver: Waiver, finding: Finding, configuration: Configuration): boolean {
  return (
    finding.ids.includes(waiver.id) &&
    (waiver.in?.includes(configuration) ?? true) &&
    (waiver.name?.test(finding.resource.name) ?? true)
  );
}
