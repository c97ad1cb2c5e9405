import { describe, expect, it } from "vitest";
import { RouteTable } from "./route-table.ts";

const table = new RouteTable<string>();
table.add("GET /jobs/{jobId}", "one");
table.add("GET /jobs/mine", "mine");
table.add("POST /jobs", "submit");

describe("a route table", () => {
  it.each([
    ["GET", "/jobs/order-1", "one", { jobId: "order-1" }],
    ["GET", "/jobs/a%20b", "one", { jobId: "a b" }],
    ["GET", "/jobs/%zz", "one", { jobId: "%zz" }],
    ["GET", "/jobs/mine", "mine", {}],
    ["POST", "/jobs", "submit", {}],
  ])("leads %s %s to %s", (method, path, target, pathParameters) => {
    expect(table.find(method, path)).toMatchObject({ target, pathParameters });
  });

  it.each([
    ["DELETE", "/jobs/order-1"],
    ["GET", "/jobs"],
    ["GET", "/jobs/a/b"],
    ["GET", "/"],
  ])("leads %s %s nowhere", (method, path) => {
    expect(table.find(method, path)).toBeUndefined();
  });
});
