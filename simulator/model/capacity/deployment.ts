import { failureThreshold } from "./circuit-breaker.ts";

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

/** A task of the new revision came to run: the circuit breaker starts counting anew. */
export function recordHealthy(deployment: Deployment): Deployment {
  return { ...deployment, failures: 0 };
}

/** A task of the new revision failed before it was healthy; at the threshold the deployment turns round. */
export function recordFailure(deployment: Deployment, desired: number): Deployment {
  if (deployment.state !== "in-progress") return deployment;
  const failures = deployment.failures + 1;
  return { ...deployment, failures, state: failures >= failureThreshold(desired) ? "rolling-back" : "in-progress" };
}

/** The deployment ends once only its revision is left and all of it runs. */
export function concludeDeployment(deployment: Deployment, isSteady: boolean): Deployment {
  if (!isSteady) return deployment;
  if (deployment.state === "in-progress") return { ...deployment, state: "completed" };
  if (deployment.state === "rolling-back") return { ...deployment, state: "rolled-back" };
  return deployment;
}

/** How few tasks must be healthy, and how many there may be, while tasks are replaced. */
export function deploymentBounds(
  desired: number,
  settings: { minimumHealthyPercent: number; maximumPercent: number },
): { healthyMinimum: number; totalMaximum: number } {
  return {
    healthyMinimum: Math.ceil((desired * settings.minimumHealthyPercent) / 100),
    totalMaximum: Math.floor((desired * settings.maximumPercent) / 100),
  };
}
