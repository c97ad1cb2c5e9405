import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { busyLoad, costLines, costOf, idleLoad, instancesFor, totalOf } from "./cost-table.ts";
import { formatCosts, formatVariants } from "./format-costs.ts";
import { defaultConfig } from "./testing/default-config.ts";

const guide = readFileSync(fileURLToPath(new URL("../docs/deploy.md", import.meta.url)), "utf8");

it("docs/deploy.md shows the computed costs", () => {
  expect(guide).toContain(formatCosts(defaultConfig));
  expect(guide).toContain(formatVariants(defaultConfig));
});

it("charges a NAT gateway for each hour of a month", () => {
  const nat = costLines(defaultConfig, { tasks: 0, jobs: 0 }).find(({ item }) => item === "NAT gateway");

  expect(nat && costOf(nat)).toBeCloseTo(32.85);
});

it("charges no instance at zero tasks", () => {
  const lines = costLines({ ...defaultConfig, minTasks: 0 }, idleLoad({ ...defaultConfig, minTasks: 0 }));

  expect(lines.map(({ item }) => item).join()).not.toContain("EC2");
});

it.each(["step", "fixed"] as const)("charges %s mode nothing for a controller", (scalingMode) => {
  const items = (changes: object) => {
    const config = { ...defaultConfig, ...changes };
    return costLines(config, busyLoad(config)).map(({ item }) => item);
  };

  const saved = items({}).filter((item) => !items({ scalingMode }).includes(item));

  expect(saved).toEqual(["custom metrics", "their publication", "DynamoDB writes, for the controller"]);
});

it("charges Fargate's tasks without instances, those beyond minTasks at Spot's price, and disk above 20 GB", () => {
  const config = { ...defaultConfig, compute: "fargate-spot" as const, scratchGigabytes: 30 };

  const lines = costLines(config, { tasks: 3, jobs: 0 });
  const quantity = (item: string) => lines.find((line) => line.item === item)?.quantity;

  expect(lines.map(({ item }) => item).join()).not.toMatch(/EC2|gp3|instances/);
  expect(quantity("Fargate CPU")).toBe(0.5 * 730);
  expect(quantity("Fargate Spot CPU")).toBe(2 * 0.5 * 730);
  expect(quantity("Fargate Spot memory")).toBe(2 * 730);
  expect(quantity("Fargate disk")).toBe(3 * 10 * 730);
});

it("packs tasks by the scarcer of CPU and memory, up to maxInstances", () => {
  expect(instancesFor(defaultConfig, 3)).toBe(1);
  expect(instancesFor(defaultConfig, 4)).toBe(2);
  expect(instancesFor({ ...defaultConfig, maxInstances: 2 }, 10)).toBe(2);
});

it("a query service without queries costs its tasks, load balancer and endpoint", () => {
  const without = totalOf(costLines(defaultConfig, idleLoad(defaultConfig)));
  const config = { ...defaultConfig, queryService: true };

  const cost = totalOf(costLines(config, idleLoad(config))) - without;

  // docs/decisions/0024-query-service.md: about $55.
  expect(cost).toBeGreaterThan(52);
  expect(cost).toBeLessThan(58);
});
