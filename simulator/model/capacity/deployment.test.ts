import { expect, it } from "vitest";
import {
  concludeDeployment,
  type Deployment,
  deploymentBounds,
  failureThreshold,
  recordFailure,
  recordHealthy,
  revisionOf,
  startDeployment,
} from "./deployment.ts";
import { times } from "./testing/samples.ts";

it.each([
  { desired: 4, minimumHealthyPercent: 100, maximumPercent: 200, healthyMinimum: 4, totalMaximum: 8 },
  { desired: 3, minimumHealthyPercent: 50, maximumPercent: 150, healthyMinimum: 2, totalMaximum: 4 },
  { desired: 1, minimumHealthyPercent: 1, maximumPercent: 199, healthyMinimum: 1, totalMaximum: 1 },
  { desired: 0, minimumHealthyPercent: 100, maximumPercent: 200, healthyMinimum: 0, totalMaximum: 0 },
])(
  "keeps $desired tasks within $healthyMinimum and $totalMaximum at $minimumHealthyPercent and $maximumPercent percent [botocore DeploymentConfiguration]",
  (row) => {
    const { healthyMinimum, totalMaximum } = row;

    expect(deploymentBounds(row.desired, row)).toEqual({ healthyMinimum, totalMaximum });
  },
);

it.each([
  { desired: 1, threshold: 3 },
  { desired: 6, threshold: 3 },
  { desired: 25, threshold: 13 },
  { desired: 400, threshold: 200 },
  { desired: 800, threshold: 200 },
])("gives $desired desired tasks up after $threshold failures [A API_ServiceDeploymentCircuitBreaker]", (row) => {
  expect(failureThreshold(row.desired)).toBe(row.threshold);
});

it("turns round at the threshold and ends where it began [A API_ServiceDeploymentCircuitBreaker]", () => {
  const begun = startDeployment(1, 2);
  const twice = fail(begun, 2);
  const thrice = fail(begun, 3);

  expect(revisionOf(twice)).toBe(2);
  expect(revisionOf(thrice)).toBe(1);
  expect(concludeDeployment(thrice).state).toBe("rolled-back");
});

it("counts failures anew once a task is healthy [A API_ServiceDeploymentCircuitBreaker, resetOnHealthyTask]", () => {
  const recovered = fail(recordHealthy(fail(startDeployment(1, 2), 2)), 2);

  expect(recovered).toMatchObject({ state: "in-progress", failures: 2 });
});

it("fails no more once it is completed", () => {
  const completed = concludeDeployment(startDeployment(1, 2));

  expect(fail(completed, 9)).toEqual(completed);
  expect(revisionOf(completed)).toBe(2);
});

function fail(deployment: Deployment, count: number): Deployment {
  return times(count, () => 0).reduce((state) => recordFailure(state, 4), deployment);
}
