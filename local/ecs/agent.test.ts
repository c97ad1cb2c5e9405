import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../runtime/clock.ts";
import { type ProcessesUnderTest, startProcessesUnderTest } from "../processes/testing/processes-under-test.ts";
import { handleAgentRequest } from "./agent.ts";
import type { Task } from "./service.ts";
import { idsOf, nextStopped, type ServiceUnderTest, startServiceUnderTest } from "./testing/service-under-test.ts";

const path = "/task-protection/v1/state";
const clock = new ManualClock(Date.UTC(2026, 0, 1));
let processes: ProcessesUnderTest;
let worker: ServiceUnderTest;
let oldest: Task;
let newest: Task;

beforeAll(async () => {
  processes = await startProcessesUnderTest(clock);
});
afterAll(async () => {
  expect(await processes.down()).toEqual({ left: [], living: [] });
});
beforeEach(async () => {
  worker = startServiceUnderTest(processes.processes, clock, { desiredCount: 2 });
  await worker.here(2);
  [oldest, newest] = worker.service.tasks() as [Task, Task];
});
afterEach(async () => {
  await worker.stop();
  expect(processes.processes.pids).toEqual([]);
});

describe("a task that asks for protection", () => {
  it("gets it for two hours", () => {
    const expected = protectionOf(oldest, minutesFromNow(120));

    expect(put(oldest, { ProtectionEnabled: true })).toEqual(expected);
    expect(get(oldest)).toEqual(expected);
    expect(get(newest)).toEqual(protectionOf(newest, null));
  });

  it("gets it for as long as it says, from then on, also if that is shorter than before", async () => {
    put(oldest, { ProtectionEnabled: true, ExpiresInMinutes: 2_880 });
    await clock.advance(60_000);

    expect(put(oldest, { protectionEnabled: true, expiresInMinutes: 1 })).toEqual(
      protectionOf(oldest, minutesFromNow(1)),
    );
  });

  it("is asked to say so in words that the agent knows", () => {
    const undecoded = {
      error: { Code: "InvalidParameterException", Message: "UpdateTaskProtection: failed to decode request" },
    };
    const tooLong = { ProtectionEnabled: true, ExpiresInMinutes: 2_881 };

    expect(putText(oldest, "no JSON")).toEqual({ status: 400, body: undecoded });
    expect(put(oldest, { ProtectionEnabled: "yes" })).toEqual({ status: 400, body: undecoded });
    expect(put(oldest, { ProtectionEnabled: true, Minutes: 5 })).toEqual({ status: 400, body: undecoded });
    expect(put(oldest, {})).toMatchObject({ status: 400, body: { error: { Arn: oldest.arn } } });
    expect(put(oldest, tooLong)).toMatchObject({
      status: 400,
      body: { error: { Message: expect.stringMatching(/2881$/) } },
    });
    expect(get(oldest)).toEqual(protectionOf(oldest, null));
  });

  it("does not get it when it is already told to stop", () => {
    worker.service.setDesiredCount(0);

    expect(put(newest, { ProtectionEnabled: true })).toEqual(failureOf(newest, "TASK_NOT_VALID"));
    expect(get(newest)).toEqual(failureOf(newest, "TASK_NOT_VALID"));
  });

  it("does not get it when more would then be protected than are desired", () => {
    put(oldest, { ProtectionEnabled: true });
    put(newest, { ProtectionEnabled: true, ExpiresInMinutes: 5 });
    worker.service.setDesiredCount(1);

    const answer = put(newest, { ProtectionEnabled: true, ExpiresInMinutes: 60 });

    expect(answer).toEqual(failureOf(newest, "DEPLOYMENT_BLOCKED"));
    expect(get(newest)).toEqual(protectionOf(newest, minutesFromNow(5)));
  });

  it("is told that it is not known when it is not", () => {
    const answer = handleAgentRequest(worker.service, "somebody", "GET", path, "");

    expect(answer).toMatchObject({ status: 404, body: { error: { Code: "ResourceNotFoundException" } } });
    expect(handleAgentRequest(worker.service, oldest.id, "GET", "/other", "").status).toBe(404);
    expect(handleAgentRequest(worker.service, oldest.id, "POST", path, "").status).toBe(405);
  });
});

describe("a protected task that is too much", () => {
  it.each([0, 1])("is passed over for one that is not protected, whichever it is (%i)", async (index) => {
    const [chosen, other] = index === 0 ? [oldest, newest] : [newest, oldest];
    put(chosen, { ProtectionEnabled: true });

    worker.service.setDesiredCount(1);

    expect((await nextStopped(worker.service)).id).toBe(other.id);
    expect(idsOf(worker.service.tasks())).toEqual([chosen.id]);
  });

  it("stays until it gives up its protection", async () => {
    put(oldest, { ProtectionEnabled: true });
    put(newest, { ProtectionEnabled: true });
    worker.service.setDesiredCount(0);
    expect(worker.events.at(-1)).toBe(
      "(service worker) was unable to scale in due to (reason 2 tasks under protection).",
    );
    expect(idsOf(worker.service.tasks())).toEqual([oldest.id, newest.id]);

    put(oldest, { ProtectionEnabled: false });

    expect((await nextStopped(worker.service)).id).toBe(oldest.id);
    expect(worker.service.tasks()).toMatchObject([{ id: newest.id, status: "RUNNING" }]);
  });

  it("stays until its protection has run out", async () => {
    put(oldest, { ProtectionEnabled: true, ExpiresInMinutes: 3 });
    put(newest, { ProtectionEnabled: true, ExpiresInMinutes: 60 });
    put(newest, { ProtectionEnabled: true, ExpiresInMinutes: 2 });
    worker.service.setDesiredCount(0);

    const first = nextStopped(worker.service);
    await clock.advance(2 * 60_000 - 1);
    expect(worker.service.tasks()).toHaveLength(2);
    await clock.advance(1);
    expect((await first).id).toBe(newest.id);
    const second = nextStopped(worker.service);
    await clock.advance(60_000);

    expect((await second).id).toBe(oldest.id);
  });

  it("may stay after all when it is wanted again", async () => {
    put(newest, { ProtectionEnabled: true, ExpiresInMinutes: 1 });
    worker.service.setDesiredCount(0);
    await nextStopped(worker.service);

    worker.service.setDesiredCount(1);
    await clock.advance(120_000);

    expect(worker.service.tasks()).toMatchObject([{ id: newest.id, status: "RUNNING" }]);
  });
});

function get(task: Task) {
  return handleAgentRequest(worker.service, task.id, "GET", path, "");
}

function put(task: Task, request: object) {
  return putText(task, JSON.stringify(request));
}

function putText(task: Task, body: string) {
  return handleAgentRequest(worker.service, task.id, "PUT", path, body);
}

function protectionOf(task: Task, expirationDate: string | null) {
  const isEnabled = expirationDate !== null;
  return {
    status: 200,
    body: { protection: { ExpirationDate: expirationDate, ProtectionEnabled: isEnabled, TaskArn: task.arn } },
  };
}

function failureOf(task: Task, reason: string) {
  return { status: 200, body: { failure: { Arn: task.arn, Detail: null, Reason: reason } } };
}

function minutesFromNow(minutes: number): string {
  return new Date(clock.now() + minutes * 60_000).toISOString();
}
