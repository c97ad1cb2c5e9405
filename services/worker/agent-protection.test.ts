import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { createAgentProtection } from "./agent-protection.ts";

let agent: Server;
let agentUri: string;
let clock: ManualClock;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  clock = new ManualClock();
  agent = createServer((request, response) => answer(request, response)).listen(0, "127.0.0.1");
  await once(agent, "listening");
  agentUri = `http://127.0.0.1:${(agent.address() as AddressInfo).port}/api/task-1`;
});
afterEach(async () => {
  agent.closeAllConnections();
  agent.close();
  await once(agent, "close");
});

describe("the ECS agent", () => {
  it.each([
    [true, { ProtectionEnabled: true, ExpiresInMinutes: 60 }],
    [false, { ProtectionEnabled: false }],
  ])("gets the request for protection %s", async (isProtected, expected) => {
    const requests: unknown[] = [];
    answer = async (request, response) => {
      const body = (await request.toArray()).join("");
      requests.push([request.method, request.url, JSON.parse(body)]);
      response.end(JSON.stringify({ protection: { ProtectionEnabled: isProtected, TaskArn: "arn" } }));
    };

    await createAgentProtection(agentUri, clock)(isProtected);

    expect(requests).toEqual([["PUT", "/api/task-1/task-protection/v1/state", expected]]);
  });

  it.each([
    [200, '{"failure":{"Arn":"arn","Detail":null,"Reason":"DEPLOYMENT_BLOCKED"}}', "DEPLOYMENT_BLOCKED"],
    [400, '{"error":{"Arn":"arn","Code":"AccessDeniedException","Message":"no"}}', "AccessDenied"],
    [429, "", "429"],
    [200, '{"protection":{"ProtectionEnabled":false,"TaskArn":"arn"}}', "expected"],
  ])("refuses with the answer %d %s", async (status, body, words) => {
    answer = (_request, response) => response.writeHead(status).end(body);

    const asked = createAgentProtection(agentUri, clock)(true);

    await expect(asked).rejects.toMatchObject({
      code: words === "DEPLOYMENT_BLOCKED" ? "deployment-blocked" : "protection",
      message: expect.stringMatching(new RegExp(words, "i")),
    });
  });

  it("has a timeout of two seconds", async () => {
    const arrived = new Promise<void>((resolve) => {
      answer = () => resolve();
    });

    const asked = createAgentProtection(agentUri, clock)(true);
    const failed = expect(asked).rejects.toMatchObject({ code: "too-late" });
    await arrived;
    await clock.advance(2_000);

    await failed;
  });

  it("counts as a refusal if it does not answer", async () => {
    const asked = createAgentProtection("http://127.0.0.1:1/api", clock)(true);

    await expect(asked).rejects.toThrow("fetch failed");
  });
});
