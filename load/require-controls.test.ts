import { expect, it } from "vitest";
import { requireControls } from "./require-controls.ts";

const sleeping = [{ atSeconds: 0, jobs: [{ type: "echo" as const, payload: { sleepMs: 500 } }] }];
const quick = [{ atSeconds: 0, jobs: [{ type: "echo" as const, payload: {} }] }];
const other = [{ atSeconds: 0, jobs: [{ type: "word-frequency" as const, payload: { sleepMs: 1, text: "a" } }] }];

function clientOf(schema: Record<string, string | boolean>) {
  return { apiDocument: async () => ({ components: { schemas: { "payload.echo": schema } } }) };
}

it("a plan with service times is sent to a stack with test controls", async () => {
  await expect(requireControls(clientOf({ "x-test-controls": true }), sleeping)).resolves.toBeUndefined();
});

it("a plan with service times is refused for a stack without them, with the key to set", async () => {
  const refused = requireControls(clientOf({ description: "Any JSON" }), sleeping);

  await expect(refused).rejects.toThrow("sluice:testControls true");
});

it.each([quick, other])("a plan without service times needs no test controls", async (...requests) => {
  await expect(requireControls(clientOf({}), requests)).resolves.toBeUndefined();
});
