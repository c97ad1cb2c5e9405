import { expect, test } from "vitest";
import type { Registration } from "../registration.ts";
import { deletionOrder } from "./deletion-order.ts";

test("deletes an ECS stack in the reverse of a possible order of creation", () => {
  const registrations = [
    register("cluster"),
    register("taskDefinition"),
    register("launchTemplate", { dependencies: ["cluster"] }),
    register("group", { dependencies: ["launchTemplate"] }),
    register("capacityProvider", { dependencies: ["group"] }),
    register("clusterCapacity", { dependencies: ["cluster", "capacityProvider"] }),
    register("service", { dependencies: ["cluster", "taskDefinition", "clusterCapacity"] }),
    register("target", { dependencies: ["service"] }),
    register("policy", { dependencies: ["target"] }),
  ];

  expect(names(deletionOrder(registrations))).toEqual([
    "policy",
    "target",
    "service",
    "clusterCapacity",
    "capacityProvider",
    "group",
    "launchTemplate",
    "taskDefinition",
    "cluster",
  ]);
});

test("deletes children before their parent and resources before their provider", () => {
  const registrations = [
    register("queue", { parent: "component", provider: "aws::aws-1" }),
    register("network", { providers: { aws: "aws::aws-1" } }),
    register("component"),
    register("aws"),
  ];

  expect(names(deletionOrder(registrations))).toEqual(["network", "queue", "aws", "component"]);
});

test("deletes independent resources in reverse order of registration, whatever other resources there are", () => {
  const registrations = ["a", "b", "c"].map((name) => register(name));

  expect(names(deletionOrder(registrations))).toEqual(["c", "b", "a"]);
  expect(names(registrations)).toEqual(["a", "b", "c"]);
});

test("gives each resource once when dependencies form a cycle", () => {
  const registrations = [register("a", { dependencies: ["b"] }), register("b", { dependencies: ["a"] })];

  expect(names(deletionOrder(registrations)).sort()).toEqual(["a", "b"]);
});

test("ignores dependencies that are not among the resources to delete", () => {
  expect(names(deletionOrder([register("a", { dependencies: ["gone"], parent: "gone" })]))).toEqual(["a"]);
});

/** The urn is the name. */
function register(name: string, more: Partial<Registration> = {}): Registration {
  return {
    type: "test:index:Thing",
    name,
    urn: name,
    parent: undefined,
    custom: true,
    remote: false,
    inputs: {},
    secretPaths: [],
    dependencies: [],
    propertyDependencies: {},
    options: {
      protect: false,
      retainOnDelete: false,
      ignoreChanges: [],
      customTimeouts: {},
    },
    provider: undefined,
    providers: {},
    ...more,
  };
}

function names(registrations: Registration[]): string[] {
  return registrations.map(({ name }) => name);
}
