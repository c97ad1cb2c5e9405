import type { Recorded, Registration } from "../record-program.ts";

/** Configurations under which the program is recorded and checked. */
export type Configuration = "default" | "dev" | "all-options" | "step" | "fixed" | "fargate" | "managed-instances";

/** Those without the options that add resources. */
export const plainConfigurations: Configuration[] = ["default", "dev", "step", "fixed"];

/** Those with all options that their compute allows. */
export const fullConfigurations: Configuration[] = ["all-options", "fargate", "managed-instances"];

export const allConfigurations: Configuration[] = [...plainConfigurations, ...fullConfigurations];

/** A condition that must hold for every resource of the given types. */
export interface Rule {
  /** Its ids in checkov, cdk-nag and AWSGuard, or an id of Sluice. */
  ids: string[];
  says: string;
  types: string[];
  /** Configurations that may have no resource of these types. */
  absentIn?: Configuration[];
  holds(resource: Registration, program: Recorded): boolean;
  /** Changes a resource so that the rule fails, to show that it can. Rules that are waived everywhere need none. */
  spoil?(resource: Registration, program: Recorded): void;
}

/** Exempts resources from a rule, with the reason. */
export interface Waiver {
  id: string;
  /** Matches logical names; without it, every resource. */
  name?: RegExp;
  /** Without it, all configurations. */
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

/** The resources that violate the rule. */
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
