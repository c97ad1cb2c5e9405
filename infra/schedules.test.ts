import { beforeAll, describe, expect, it } from "vitest";
import { schedulesTable } from "../contract/schedule.ts";
import type { Registration } from "../engine/registration.ts";
import { ofType, type Recorded, recordProgram } from "./testing/record-program.ts";
import { configurations, recordAll } from "./testing/rules/recordings.ts";

let plain: Recorded;
let full: Recorded;
let without: Recorded;
beforeAll(async () => {
  const all = await recordAll();
  full = all["all-options"];
  without = all.dev;
  plain = await recordProgram({ "sluice:schedules": "true", "sluice:auth": "none" });
});

function named(recorded: Recorded, type: string, name: string): Registration {
  const found = ofType(recorded, type).find((one) => one.name === name);
  if (found === undefined) throw new Error(`the program registers no ${type} ${name}`);
  return found;
}

const variablesOf = (recorded: Recorded, name: string) =>
  (named(recorded, "aws:lambda/function:Function", name).inputs.environment as { variables: Record<string, string> })
    .variables;

function actionsOn(recorded: Recorded, role: string, resource: string): string[] {
  const { Statement } = JSON.parse(String(named(recorded, "aws:iam/rolePolicy:RolePolicy", role).inputs.policy));
  return (Statement as { Action: string[]; Resource: string[] }[])
    .filter(({ Resource }) => Resource.some((arn) => arn.endsWith(resource)))
    .flatMap(({ Action }) => Action);
}

describe("schedules off", () => {
  it("registers nothing of them, and leaves the sweeper as it is", () => {
    const mentioned = without.registrations.filter(({ name }) => name.includes("schedules"));

    expect(configurations.dev.settings).toEqual({});
    expect(mentioned).toEqual([]);
    expect(without.outputs).not.toHaveProperty("schedulesTableName");
    expect(Object.keys(variablesOf(without, "sweeper"))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/SCHEDULES|MAX_ATTEMPTS|MAX_WAITING/)]),
    );
    expect(variablesOf(without, "api-openapi").SCHEDULES).toBe("off");
  });
});

describe("schedules on", () => {
  it("have a table with an index of what is due, which can be restored and is protected", () => {
    const { inputs } = named(full, "aws:dynamodb/table:Table", "schedules");

    expect(inputs).toMatchObject({
      hashKey: schedulesTable.hashKey,
      rangeKey: schedulesTable.rangeKey,
      globalSecondaryIndexes: [{ name: schedulesTable.dueIndex, projectionType: "KEYS_ONLY" }],
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: true,
    });
    expect(inputs).not.toHaveProperty("ttl");
    expect(full.outputs.schedulesTableName).toBe("schedules");
  });

  it("have routes of their own, as the OpenAPI document says", () => {
    const keys = ofType(full, "aws:apigatewayv2/route:Route").map(({ inputs }) => inputs.routeKey);

    expect(keys).toEqual(expect.arrayContaining(["GET /schedules", "PUT /schedules/{scheduleId}"]));
    expect(variablesOf(full, "api-openapi").SCHEDULES).toBe("on");
  });

  it("let the API's function write the table and nothing of jobs, and the sweeper fire", () => {
    const jobs = actionsOn(full, "api-schedules", "table/jobs");

    expect(jobs).toEqual([]);
    expect(actionsOn(full, "api-schedules", "table/schedules").sort()).toEqual(
      ["DeleteItem", "GetItem", "PutItem", "Query"].map((action) => `dynamodb:${action}`),
    );
    expect(actionsOn(full, "sweeper", "table/schedules").sort()).toEqual(["dynamodb:GetItem", "dynamodb:PutItem"]);
    expect(actionsOn(full, "sweeper", `table/schedules/index/${schedulesTable.dueIndex}`)).toEqual(["dynamodb:Query"]);
    expect(variablesOf(full, "sweeper")).toMatchObject({
      SCHEDULES_TABLE_NAME: "schedules",
      MAX_ATTEMPTS: "5",
      OWNER_MAX_WAITING_JOBS: "100000",
    });
  });

  it("are limited for each owner, except with auth none, where all callers are one", () => {
    expect(variablesOf(full, "api-schedules").OWNER_MAX_SCHEDULES).toBe("100");
    expect(variablesOf(plain, "api-schedules")).not.toHaveProperty("OWNER_MAX_SCHEDULES");
  });
});
