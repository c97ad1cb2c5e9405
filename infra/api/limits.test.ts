import { beforeAll, describe, expect, it } from "vitest";
import { ofType, type Recorded, recordProgram } from "../testing/record-program.ts";

let program: Recorded;
let without: Recorded;
beforeAll(async () => {
  program = await recordProgram();
  without = await recordProgram({ "sluice:statusConcurrency": "0", "sluice:statusRequestsPerSecond": "7" });
});

function reservations(recorded: Recorded): Record<string, unknown> {
  const functions = ofType(recorded, "aws:lambda/function:Function");
  const reserved = functions.filter(({ inputs }) => "reservedConcurrentExecutions" in inputs);
  return Object.fromEntries(reserved.map(({ name, inputs }) => [name, inputs.reservedConcurrentExecutions]));
}

/** Rate and burst by route key. */
function throttling(recorded: Recorded): Record<string, [number, number]> {
  const [stage] = ofType(recorded, "aws:apigatewayv2/stage:Stage");
  const settings = stage?.inputs.routeSettings as {
    routeKey: string;
    throttlingRateLimit: number;
    throttlingBurstLimit: number;
  }[];
  return Object.fromEntries(settings.map((own) => [own.routeKey, [own.throttlingRateLimit, own.throttlingBurstLimit]]));
}

describe("concurrency", () => {
  it("is reserved for long polls, as their limit, and for what must run each minute", () => {
    expect(reservations(program)).toEqual({ "api-status": 100, sweeper: 1, scaling: 2 });
  });

  it("is reserved for no function with statusConcurrency 0", () => {
    expect(reservations(without)).toEqual({});
  });
});

describe("throttling", () => {
  it("of each route that reads is its own", () => {
    expect(throttling(program)).toEqual({
      "GET /jobs": [500, 500],
      "GET /jobs/{jobId}": [500, 500],
      "GET /jobs/{jobId}/result": [500, 500],
      "GET /openapi.json": [10, 10],
    });
    expect(throttling(without)).toMatchObject({ "GET /jobs/{jobId}": [7, 7], "GET /openapi.json": [10, 10] });
  });
});
