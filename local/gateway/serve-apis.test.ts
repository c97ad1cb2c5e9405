import { expect, it } from "vitest";
import type { Cloud } from "../cloud.ts";
import { viewAccount } from "./serve-apis.ts";

const group = { name: "workers", arn: "arn:aws:autoscaling:workers", tags: { AmazonECSManaged: "true" } };
const cluster = { capacity: { definition: { group }, instances: [{ id: "i-1" }] } };
const empty = { capacity: undefined };
const account = viewAccount({
  place: { region: "eu-central-1", accountId: "1" },
  ecs: {
    clusters: new Map<string, object>([
      ["a", empty],
      ["b", cluster],
    ]),
  },
  partitionKeys: new Map([
    ["notes", "pk"],
    ["notes/byOwner", "owner"],
  ]),
} as unknown as Cloud);

it("knows an Auto Scaling group by its name, and by an instance of it", () => {
  expect(account.autoScalingGroup({ name: "workers", instanceId: "" })).toBe(group);
  expect(account.autoScalingGroup({ name: "", instanceId: "i-1" })).toBe(group);
  expect(account.autoScalingGroup({ name: "others", instanceId: "i-2" })).toBeUndefined();
});

it("knows by what a table and its indexes find their items", () => {
  expect(account.partitionKey("notes", undefined)).toBe("pk");
  expect(account.partitionKey("notes", "byOwner")).toBe("owner");
  expect(account.partitionKey("others", undefined)).toBeUndefined();
});
