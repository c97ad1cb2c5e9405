import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CrashPoint, crashAt, recordCalls } from "./testing/crash-at.ts";
import { type Journey, startJourney } from "./testing/journey.ts";

/** Large enough that payload and result go through the bucket, so that the road has all its effects. */
const payload = { text: "x".repeat(100_000) };

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
});
afterAll(() => journey.down());

describe("a process killed between any two effects", () => {
  it("loses no accepted job and finishes none twice", async () => {
    const recording = recordCalls(journey.stack.cloud, "reference");
    await journey.post({ jobId: "reference", payload });
    await journey.finished("reference");
    await expect.poll(() => recording.calls.at(-1)).toBe("task sqs.DeleteMessageBatch");
    recording.stop();

    const points = recording.calls.flatMap((name, call): CrashPoint[] => [
      // The messages of a receive are known only after it.
      ...(name.endsWith("ReceiveMessage") ? [] : [{ call, moment: "before" as const }]),
      { call, moment: "after" },
    ]);
    expect(recording.calls).toEqual([
      "function s3.PUT object",
      "function dynamodb.PutItem",
      "function sqs.SendMessage",
      "task sqs.ReceiveMessage",
      "task dynamodb.UpdateItem",
      "task s3.GET object",
      "task s3.PUT object",
      "task dynamodb.UpdateItem",
      "task sqs.DeleteMessageBatch",
    ]);

    for (const point of points) {
      const jobId = `crash-${point.call}-${point.moment}`;
      const crashed = crashAt(journey.stack.cloud, jobId, point);

      await postUntilAccepted(jobId);
      await crashed;
      // A function held no lease, and the worker that has the job may be well.
      if (recording.calls[point.call]?.startsWith("task")) await journey.expireLease(jobId);
      const job = await journey.finished(jobId);

      expect(job, `${point.moment} ${recording.calls[point.call]}`).toMatchObject({ state: "succeeded" });
    }
    // Counted at the end, so that a second finish had all the time to come.
    for (const { call, moment } of points) {
      expect(journey.finishes.of(`crash-${call}-${moment}`), `${moment} ${recording.calls[call]}`).toBe(1);
    }
  });

  it("finishes a job whose client never tried again", async () => {
    const afterRecord: CrashPoint = { call: 1, moment: "after" };
    const crashed = crashAt(journey.stack.cloud, "abandoned", afterRecord);

    const answer = await journey.post({ jobId: "abandoned", payload });
    await crashed;
    const job = await journey.finished("abandoned");

    expect(answer.status).toBe(500);
    expect(job.state).toBe("succeeded");
    expect(journey.finishes.of("abandoned")).toBe(1);
  });
});

/** As a careful client does: the same request with the same id until it is accepted. */
async function postUntilAccepted(jobId: string): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    if ((await journey.post({ jobId, payload })).status === 202) return;
  }
  throw new Error(`${jobId} was not accepted in five tries`);
}
