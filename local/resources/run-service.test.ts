import { expect, it } from "vitest";
import { variablesOfTask } from "./run-service.ts";

it("a task is told no more than ECS tells it, but for the gateway, the path and the folder for temporary files", () => {
  const variables = variablesOfTask("abc", "http://127.0.0.1:1", "/bin", "/run/tmp");

  expect(variables).toEqual({
    PATH: "/bin",
    TMPDIR: "/run/tmp",
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1/ecs/credentials/abc",
    ECS_AGENT_URI: "http://127.0.0.1:1/ecs/agent/abc",
  });
});
