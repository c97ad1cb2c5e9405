import { defaults } from "./parameters.ts";

/** The change of a service from one revision to another, task by task. */
export interface Deployment {
  from: number;
  to: number;
  state: "in-progress" | "completed" | "rolling-back" | "rolled-back";
  /** Tasks of the new revision that failed since the last one that came to run. */
  failures: number;
}

/** Begins to replace tasks of `from` by tasks of `to`. */
export function startDeployment(from: number, to: number): Deployment {
  return { from, to, state: "in-progress", failures: 0 };
}

/** The revision that new tasks get. */
export function revisionOf({ from, to, state }: Deployment): number {
  return state === "in-progress" || state === "completed" ? to : from;
}

/** A task of the new revision came to run: the circuit breaker counts from 0 again. */
export function recordHealthy(deployment: Deployment): Deployment {
  return { ...deployment, failures: 0 };
}

/** A task of the new revision failed before it was healthy; at the threshold the circuit breaker rolls back. */
export function recordFailure(deployment: Deployment, desired: number): Deployment {
  if (deployment.state !== "in-progress") return deployment;
  const failures = deployment.failures + 1;
  return { ...deployment, failures, state: failures >= failureThreshold(desired) ? "rolling-back" : "in-progress" };
}

/** How many tasks in a row may fail to start before a deployment is rolled back. */
export function failureThreshold(desired: number): number {
  const { circuitBreakerShare, circuitBreakerMinimum, circuitBreakerMaximum } = defaults;
  const share = Math.ceil(desired * circuitBreakerShare);
  return Math.min(circuitBreakerMaximum, Math.max(circuitBreakerMinimum, share));
}

/** The deployment ends once only its revision is left and all of it runs. */
export function concludeDeployment(deployment: Deployment): Deployment {
  if (deployment.state === "in-progress") return { ...deployment, state: "completed" };
  if (deployment.state === "rolling-back") return { ...deployment, state: "rolled-back" };
  return deployment;
}

export interface DeploymentLimits {
  minimumHealthyPercent: number;
  maximumPercent: number;
}

/** How few tasks must be healthy, and how many there may be, while tasks are replaced. */
export function deploymentBounds(
  desired: number,
  { minimumHealthyPercent, maximumPercent }: DeploymentLimits,
): { healthyMinimum: number; totalMaximum: number } {
  return {
    healthyMinimum: Math.ceil((desired * minimumHealthyPercent) / 100),
    totalMaximum: Math.floor((desired * maximumPercent) / 100),
  };
}
