import { beforeAll, describe, expect, it } from "vitest";
import type { Recorded } from "../record-program.ts";
import { ruleBook } from "./book.ts";
import { checklist } from "./checklist.ts";
import { notApplicable, typesWithout } from "./not-applicable.ts";
import { recordAll } from "./recordings.ts";
import {
  allConfigurations,
  breachesOf,
  type Configuration,
  type Finding,
  isWaivedBy,
  type Rule,
  resourcesOf,
} from "./rule.ts";
import { waivers } from "./waivers.ts";
import { wildcards } from "./wildcards.ts";

let programs: Record<Configuration, Recorded>;
beforeAll(async () => {
  programs = await recordAll();
});

const configurations = allConfigurations;

describe.each(configurations)("the program under %s", (configuration) => {
  it.each(ruleBook.map((rule) => [rule.ids.join(" "), rule] as const))("keeps %s, or says why not", (_, rule) => {
    const program = programs[configuration];
    const seen = resourcesOf(rule, program);

    const open = breachesOf(rule, program).filter(
      (finding) => !waivers.some((waiver) => isWaivedBy(waiver, finding, configuration)),
    );

    if (!rule.absentIn?.includes(configuration)) expect(seen.length, "resources the rule looks at").toBeGreaterThan(0);
    expect(open.map(({ resource }) => `${resource.type} "${resource.name}" should be one that ${rule.says}`)).toEqual(
      [],
    );
  });
});

describe("the rule book", () => {
  it("covers the whole checklist, each id once", () => {
    const covered = [...ruleBook.flatMap(({ ids }) => ids), ...notApplicable.flatMap(({ ids }) => ids)];

    expect(duplicatesIn(covered)).toEqual([]);
    expect(covered.filter((id) => !id.startsWith("sluice-")).sort()).toEqual([...checklist].sort());
  });

  it("leaves out no service that the program uses", () => {
    const types = configurations.flatMap((configuration) =>
      programs[configuration].registrations.map(({ type }) => type),
    );

    expect(types.length).toBeGreaterThan(100);
    expect(types.filter((type) => typesWithout.test(type))).toEqual([]);
  });

  it("has no waiver that waives nothing any more", () => {
    const findings = allFindings();

    const idle = waivers.filter(
      (waiver) => !findings.some(([configuration, finding]) => isWaivedBy(waiver, finding, configuration)),
    );

    expect(idle.map(({ id, in: where }) => `${id} ${where ?? ""}`)).toEqual([]);
  });

  it("waives nothing twice", () => {
    const twice = allFindings().filter(
      ([configuration, finding]) => waivers.filter((waiver) => isWaivedBy(waiver, finding, configuration)).length > 1,
    );

    expect(twice.map(([, { ids, resource }]) => `${ids} ${resource.name}`)).toEqual([]);
  });

  it("has no justified wildcard that nobody uses any more", () => {
    const text = JSON.stringify(configurations.map((configuration) => programs[configuration].registrations));

    expect(Object.keys(wildcards).filter((action) => !text.includes(action))).toEqual([]);
  });

  it.each(ruleBook.map((rule) => [rule.ids.join(" "), rule] as const))("can find %s broken", (_, rule) => {
    const broken = configurations.some((configuration) => breachesOf(rule, programs[configuration]).length > 0);

    const kept = configurations.some((configuration) =>
      resourcesOf(rule, programs[configuration]).some((resource) => rule.holds(resource, programs[configuration])),
    );
    expect(kept && rule.spoil ? breaksWhenSpoilt(rule) : broken).toBe(true);
  });
});

function allFindings(): [Configuration, Finding][] {
  return configurations.flatMap((configuration) =>
    ruleBook.flatMap((rule) =>
      breachesOf(rule, programs[configuration]).map((finding): [Configuration, Finding] => [configuration, finding]),
    ),
  );
}

/** Whether the rule, kept by some resource, notices that this one is spoilt. */
function breaksWhenSpoilt(rule: Rule): boolean {
  return configurations.some((configuration) => {
    const copy = structuredClone(programs[configuration]);
    const kept = resourcesOf(rule, copy).find((resource) => rule.holds(resource, copy));
    if (!kept || !rule.spoil) return false;
    rule.spoil(kept, copy);
    return !rule.holds(kept, copy);
  });
}

function duplicatesIn(ids: string[]): string[] {
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}
