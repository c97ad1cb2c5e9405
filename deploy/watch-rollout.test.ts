import { expect, it } from "vitest";
import { ManualClock } from "../runtime/clock.ts";
import type { ServiceDescription } from "./judge-rollout.ts";
import { watchRollout } from "./watch-rollout.ts";

it("survives a call without an answer, and follows a rollout to its end", async () => {
  const answers = [running(0), new Error("throttled"), running(1), running(1, "COMPLETED")];
  const { verdict, clock, shown } = watch(answers);

  await clock.advance(40_000);

  expect((await verdict).state).toBe("done");
  expect(shown.join("\n")).toMatch(/0 of 1[\s\S]*throttled[\s\S]*1 of 1/);
});

it("fails a rollout whose tasks start and exit until the limit", async () => {
  let failedTasks = 0;
  const { verdict, clock } = watch(() => running(1, "IN_PROGRESS", failedTasks++));

  await clock.advance(200_000);

  expect((await verdict).state).toBe("failed");
});

it("gives up after three refusals in a row", async () => {
  const { verdict, clock } = watch(() => new Error("AccessDenied"));
  const refusal = expect(verdict).rejects.toThrow(/Cannot read the state of the rollout: AccessDenied/);

  await clock.advance(30_000);

  await refusal;
});

it("stops watching at an interrupt", async () => {
  const stopping = new AbortController();
  const { verdict, clock } = watch(() => running(0), stopping.signal);
  const end = expect(verdict).rejects.toThrow(/rollout continues/);

  stopping.abort();
  await clock.advance(1);

  await end;
});

function watch(answers: Answer[] | (() => Answer), signal = new AbortController().signal) {
  const clock = new ManualClock();
  const shown: string[] = [];
  const verdict = watchRollout({
    describe: async () => {
      const answer = typeof answers === "function" ? answers() : answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    taskDefinitionArn: "arn:x/ours:2",
    limitSeconds: 180,
    clock,
    line: { update: (text) => shown.push(text), print: () => {}, close: () => {} },
    signal,
  });
  return { verdict, clock, shown };
}

type Answer = ServiceDescription | Error | undefined;

function running(runningCount: number, rolloutState = "IN_PROGRESS", failedTasks = 0): ServiceDescription {
  return {
    status: "ACTIVE",
    desiredCount: 1,
    events: [],
    deployments: [
      {
        status: "PRIMARY",
        taskDefinition: "arn:x/ours:2",
        desiredCount: 1,
        runningCount,
        failedTasks,
        rolloutState,
        rolloutStateReason: "",
      },
    ],
  };
}
