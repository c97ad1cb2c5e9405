import { beforeAll, expect, it } from "vitest";
import type { Journey } from "./journey.ts";
import { killTask } from "./only-service.ts";
import { areHealthy, askDuring, type QueryService, queryServiceOf } from "./query-service.ts";

/** The tests of the query service, for a journey with `queryService` that has other tests too. The last one ends its private API. */
export function testQueryService(journeyOf: () => Journey): void {
  let journey: Journey;
  let query: QueryService;
  beforeAll(async () => {
    journey = journeyOf();
    query = queryServiceOf(journey);
    await query.until(areHealthy(2));
    // Starts the function's processes, so that no later query waits for one.
    while (Object.keys(await askDuring(query, askTwenty)).join() !== "200");
  });

  async function askTwenty(): Promise<void> {
    for (let n = 0; n < 20; n++) await query.ask({ user_id: "anonymous", limit: 1 });
  }

  it("leads through load balancer, task, private API and function to the newest jobs with their results", async () => {
    await journey.post({ jobId: "older", payload: { n: 1 } });
    await journey.finished("older");
    await journey.post({ jobId: "newer", payload: { text: "x".repeat(20_000) } });
    const { resultUrl } = await journey.finished("newer");

    const { status, body } = await query.ask({ user_id: "anonymous", limit: 2 });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      user_id: "anonymous",
      jobs: [
        { jobId: "newer", state: "succeeded", resultUrl: expect.stringContaining(new URL(resultUrl ?? "").pathname) },
        { jobId: "older", state: "succeeded", result: { echo: { n: 1 } } },
      ],
    });
    expect((await query.ask({ user_id: "somebody else" })).body.jobs).toEqual([]);
    expect((await query.ask({ user_id: "anonymous", limit: 0 })).status).toBe(400);
  });

  it("lets nobody but the tasks call the private API", async () => {
    const [{ api } = {}] = journey.stack.cloud.restApis.values();

    const response = await fetch(`${api?.endpoint}/internal/query`, {
      method: "POST",
      body: '{"user_id":"anonymous"}',
    });

    expect(response.status).toBe(403);
  });

  it("sends a killed task no queries, and has another one soon", async () => {
    const [victim] = query.service.tasks();
    if (!victim) throw new Error("expected a task");
    const stopped = new Promise<void>((resolve) => {
      query.service.events.on("stopped", ({ id }) => id === victim.id && resolve());
    });

    killTask(victim, "SIGKILL");
    await stopped;
    const statuses = await askDuring(query, () => query.until(areHealthy(2)));

    expect(Object.keys(statuses)).toEqual(["200"]);
    expect(query.targets.targets().map(({ id }) => id)).not.toContain(victim.id);
  });

  it("sends a frozen task no queries", async () => {
    const [victim] = query.service.tasks();
    if (!victim) throw new Error("expected a task");
    const frozen = () => query.targets.targets().find(({ id }) => id === victim.id);

    killTask(victim, "SIGSTOP");
    // After its grace period it is replaced at once, so that the state unhealthy may be too short to be seen.
    await query.until(() => frozen()?.state !== "healthy");
    const before = frozen()?.requests;
    const statuses = await askDuring(query, askTwenty);
    const after = frozen()?.requests;
    if (query.service.task(victim.id)) killTask(victim, "SIGCONT");
    await query.until(areHealthy(2));

    expect(Object.keys(statuses)).toEqual(["200"]);
    expect([before, undefined]).toContain(after);
  });

  it("drops no query during a rolling update", async () => {
    const before = query.service.tasks().map(({ id }) => id);

    const statuses = await askDuring(query, async () => {
      query.service.deploy();
      await query.until((targets) => areHealthy(2)(targets) && targets.every(({ id }) => !before.includes(id)));
      await expect.poll(() => query.service.deployment.state).toBe("completed");
    });

    expect(Object.keys(statuses)).toEqual(["200"]);
    expect(statuses[200]).toBeGreaterThan(10);
  });

  it("answers 503 with Retry-After while the private API is away, stays in service, and its health says so", async () => {
    const [{ api } = {}] = journey.stack.cloud.restApis.values();
    await api?.close();

    const answers = await Promise.all([query.ask({ user_id: "anonymous" }), query.ask({ user_id: "anonymous" })]);

    expect(answers).toMatchObject(Array(2).fill({ status: 503, retryAfter: "2" }));
    const health = await fetch(`${query.url}/health`);
    expect([health.status, await health.json()]).toMatchObject([200, { status: "degraded" }]);
    expect(query.targets.targets()).toMatchObject([{ state: "healthy" }, { state: "healthy" }]);
  });
}
