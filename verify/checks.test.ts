import { expect, it } from "vitest";
import type { JobView } from "../contract/http.ts";
import { checks, type World } from "./checks.ts";

const job: JobView = {
  jobId: "job-1",
  type: "echo",
  state: "succeeded",
  attempts: 1,
  maxAttempts: 5,
  createdAt: "2026-01-01T00:00:00.000Z",
  result: { echo: 1 },
};

function world(changes: Partial<World> = {}, jobs: JobView[] = [job]): World {
  return {
    askQueryService: async (path) =>
      path === "/health"
        ? { status: 200, text: '{"status":"ok"}' }
        : { status: 200, text: JSON.stringify({ user_id: "ann", jobs }) },
    submit: async () => "job-1",
    waitFor: async () => job,
    readLog: async () => ['{"part":"query","level":30}', '{"part":"query","level":50}', "no JSON"],
    user: "ann",
    ...changes,
  };
}

it.each([
  ["health", "GET /health answered 200, ok"],
  ["job", "job job-1 succeeded after 1 attempt"],
  ["query", "1 jobs of ann; the newest is job-1, succeeded"],
  ["flow", 'returns its result: {"echo":1}'],
  ["logs", "2 lines of the query service, 1 of them errors"],
] as const)("%s says what it saw", async (name, line) => {
  expect(await checks[name](world())).toContain(line);
});

it.each([
  ["health", "the service is degraded", world({ askQueryService: answer(200, '{"status":"degraded"}') }), "degraded"],
  ["health", "there is another service", world({ askQueryService: answer(200, "hello") }), "200 hello"],
  ["job", "the job fails", world({ waitFor: async () => ({ ...job, state: "failed" }) }), "the state failed"],
  ["query", "the private API is away", world({ askQueryService: answer(503, "{}") }), "503"],
  ["flow", "the job is not among the owner's", world({}, []), "--user"],
  ["logs", "the log is empty", world({ readLog: async () => [] }), "0 lines"],
] as const)("%s fails if %s", async (name, _when, given, came) => {
  await expect(checks[name](given)).rejects.toThrow(came);
});

function answer(status: number, text: string): World["askQueryService"] {
  return async () => ({ status, text });
}
