import { expect, it } from "vitest";
import { type Deployment, judgeRollout, type ServiceDescription, type Watched } from "./judge-rollout.ts";

const ours = "arn:aws:ecs:eu-central-1:1:task-definition/sluice:2";
const previous = "arn:aws:ecs:eu-central-1:1:task-definition/sluice:1";

it.each<[string, Partial<Watched>, string, RegExp]>([
  ["a completed deployment is done", { service: service({ rolloutState: "COMPLETED" }) }, "done", /Rolled out/],
  [
    "a failed deployment is a failure with the last events",
    { service: service({ rolloutState: "FAILED" }) },
    "failed",
    /no luck[\s\S]*unable to place/,
  ],
  ["a rollback is a failure", { service: service({ taskDefinition: previous }) }, "failed", /sluice:1, not sluice:2/],
  ["a deleted service is a failure", { service: service({}, { status: "INACTIVE" }) }, "failed", /INACTIVE/],
  ["a missing service is a failure", { service: undefined }, "failed", /missing/],
  [
    "a desired count of 0 is done, without a started task",
    { service: service({ desiredCount: 0, rolloutState: "COMPLETED" }, { desiredCount: 0 }) },
    "done",
    /no new task was started/,
  ],
  ["new tasks that still start are waited for", { service: service({}) }, "waiting", /0 of 2/],
  [
    "new tasks that just started are watched for a minute",
    { service: busyRollout(2), runningSeconds: 59 },
    "waiting",
    /2 of 2/,
  ],
  [
    "new tasks beside busy old ones are done",
    { service: busyRollout(2), runningSeconds: 60 },
    "done",
    /old tasks still finish their jobs \(3 left\)/,
  ],
  [
    "no new task within the limit is a failure",
    { service: service({ failedTasks: 4 }), elapsedSeconds: 900 },
    "failed",
    /15 min.*4 failed/,
  ],
  [
    "some new tasks at the limit are enough",
    { service: busyRollout(1), elapsedSeconds: 900, runningSeconds: 300 },
    "done",
    /1 of 2.*wait for room/,
  ],
  [
    "at the limit, a task that keeps failing is a failure",
    { service: busyRollout(1), elapsedSeconds: 900, runningSeconds: 5 },
    "failed",
    /stably/,
  ],
])("%s", (_, watched, state, text) => {
  const verdict = judgeRollout({
    service: service({}),
    taskDefinitionArn: ours,
    elapsedSeconds: 100,
    runningSeconds: 0,
    limitSeconds: 900,
    ...watched,
  });

  expect(verdict.state).toBe(state);
  expect(verdict.text).toMatch(text);
});

function busyRollout(runningCount: number): ServiceDescription {
  const rollout = service({ runningCount });
  return {
    ...rollout,
    deployments: [...rollout.deployments, deployment({ status: "ACTIVE", taskDefinition: previous, runningCount: 3 })],
  };
}

function service(primary: Partial<Deployment>, own: Partial<ServiceDescription> = {}): ServiceDescription {
  return {
    status: "ACTIVE",
    desiredCount: 2,
    events: ["unable to place a task"],
    deployments: [deployment(primary)],
    ...own,
  };
}

function deployment(own: Partial<Deployment>): Deployment {
  return {
    status: "PRIMARY",
    taskDefinition: ours,
    desiredCount: 2,
    runningCount: 0,
    failedTasks: 0,
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: "no luck",
    ...own,
  };
}
