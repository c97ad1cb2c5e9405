import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runProgram, unknownValue } from "../engine/run-program.ts";
import { type Recorded, recordProgram, runOnPaper } from "./testing/record-program.ts";
import { configurations } from "./testing/rules/recordings.ts";

const directory = fileURLToPath(new URL("..", import.meta.url));
/** The Node that npm runs on, which is the machine's own. */
const machineNode = process.env.npm_node_execpath ?? process.execPath;

it.each([
  ["a Node that does not strip types, as Node 20", [process.execPath, "--no-experimental-strip-types"]],
  ["the machine's own Node", [machineNode]],
] as [string, [string, ...string[]]][])("the program loads under %s", async (_, node) => {
  const makesNothing = {
    create: () => Promise.reject(new Error("a preview makes nothing")),
    invoke: async () => ({ accountId: "123456789012", region: "eu-central-1" }),
  };

  const { outputs, registrations } = await runProgram(
    { directory, stack: "dev", config: {}, preview: true },
    makesNothing,
    { node },
  );

  expect(outputs.apiUrl).toBe(unknownValue);
  expect(registrations.map(({ type }) => type)).toContain("aws:ecs/service:Service");
});

it("the program registers the same in its own process as in that of the tests", async () => {
  const { settings, stack } = configurations["all-options"];

  const own = await runOnPaper(settings, stack);
  const recorded = await recordProgram(settings, stack);

  expect(byUrn(recorded)).toEqual(byUrn(own));
  expect(recorded.outputs).toEqual(own.outputs);
});

function byUrn({ registrations }: Recorded) {
  return Object.fromEntries(registrations.map((registration) => [registration.urn, registration]));
}
