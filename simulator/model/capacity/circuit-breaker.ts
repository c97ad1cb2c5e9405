import { defaults } from "./parameters.ts";

/** How many tasks in a row may fail to start before a deployment is given up. */
export function failureThreshold(desired: number, settings: BreakerSettings = defaults): number {
  const share = Math.ceil(desired * settings.circuitBreakerShare);
  return Math.min(settings.circuitBreakerMaximum, Math.max(settings.circuitBreakerMinimum, share));
}

export interface BreakerSettings {
  circuitBreakerShare: number;
  circuitBreakerMinimum: number;
  circuitBreakerMaximum: number;
}
