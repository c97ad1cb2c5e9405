import { beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "../../../engine/run-program.ts";
import { deletionOrder } from "../../../engine/testing/deletion-order.ts";
import { reaches } from "../reaches.ts";
import { programDirectory, type Recorded, type Registration } from "../record-program.ts";
import { deletedBefore, nameLimits, type Which } from "./order.ts";
import { recordAll } from "./recordings.ts";
import { allConfigurations, type Configuration } from "./rule.ts";

let programs: Record<Configuration, Recorded>;
beforeAll(async () => {
  programs = await recordAll();
});

const configurations = allConfigurations;

describe.each(configurations)("a destroy under %s", (configuration) => {
  const present = deletedBefore.filter(({ absentIn }) => !absentIn?.includes(configuration));

  it.each(present.map((rule) => [label(rule.first), label(rule.next), rule.or, rule] as const))(
    "takes %s before %s: otherwise %s",
    (_first, _next, _or, { first, next }) => {
      const { registrations } = programs[configuration];
      const earlier = registrations.filter((found) => is(found, first));
      const later = registrations.filter((found) => is(found, next));

      expect(earlier.length, "resources that go first").toBeGreaterThan(0);
      expect(later.length, "resources that go then").toBeGreaterThan(0);
      expect(later.filter((needed) => !earlier.some((found) => reaches(registrations, found, needed)))).toEqual([]);
    },
  );

  it("is in an order that the engine can keep: no cycle of dependencies", () => {
    const order = deletionOrder(programs[configuration].registrations);

    const place = new Map(order.map(({ urn }, index) => [urn, index]));
    const wrong = order.flatMap(({ urn, dependencies }, index) =>
      dependencies
        .filter((needed) => (place.get(needed) ?? Number.POSITIVE_INFINITY) < index)
        .map((needed) => [urn, needed]),
    );
    expect(order).toHaveLength(programs[configuration].registrations.length);
    expect(wrong).toEqual([]);
  });
});

describe.each(configurations)("names under %s", (configuration) => {
  it("leave room for the eight characters that Pulumi adds", () => {
    const limited = programs[configuration].registrations.filter(({ type }) => type in nameLimits);

    expect(limited.length).toBeGreaterThan(20);
    expect(
      limited.filter(({ type, name }) => name.length + 8 > (nameLimits[type] ?? 0)).map(({ name }) => name),
    ).toEqual([]);
  });

  it("are left to Pulumi, but where the name is a stack's own", () => {
    const fixed = programs[configuration].registrations
      .filter(({ type, inputs }) => type in nameLimits && inputs.name !== undefined)
      .map(({ type }) => type);

    expect(fixed).toEqual([]);
  });
});

describe("a configuration that is not usable", () => {
  it.each<BadConfiguration>([
    {
      what: "of the wrong type",
      config: { "sluice:slots": "many", "sluice:exec": "perhaps" },
      problems: ["sluice:slots", "sluice:exec"],
    },
    {
      what: "out of range, or unknown",
      config: { "sluice:slots": "0", "sluice:auth": "nobody", "sluice:slotz": "1" },
      problems: ["sluice:slots", "sluice:auth", "sluice:slotz"],
    },
    {
      what: "wrong in every way",
      config: {
        "sluice:slots": "0",
        "sluice:minTasks": "50",
        "sluice:slotz": "1",
        "sluice:egress": "endpoints",
        "sluice:natPerZone": "true",
      },
      problems: ["sluice:slots", "minTasks 50", "sluice:slotz", "natPerZone"],
    },
    {
      what: "contradicting itself",
      config: { "sluice:minTasks": "11", "sluice:egress": "endpoints", "sluice:natPerZone": "true" },
      problems: ["minTasks 11", "natPerZone"],
    },
  ])("($what) is refused with one error that lists it all, before anything is made", async ({ config, problems }) => {
    const made: string[] = [];
    const provider = {
      create: async ({ type }: Registration) => {
        made.push(type);
        return { id: type, outputs: {} };
      },
      invoke: async () => ({}),
    };

    const error = await runProgram({ directory: programDirectory, stack: "dev", config }, provider).then(
      () => new Error("the program ran"),
      (thrown: Error) => thrown,
    );

    for (const problem of problems) expect(error.message).toContain(problem);
    expect(made).toEqual([]);
  });
});

interface BadConfiguration {
  what: string;
  config: Record<string, string>;
  problems: string[];
}

function label({ type, name }: Which): string {
  return `${type.split(":").at(-1)}${name ? ` ${name.source}` : ""}`;
}

function is(registration: Registration, { type, name }: Which): boolean {
  return registration.type === type && (name?.test(registration.name) ?? true);
}
