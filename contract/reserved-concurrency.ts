import type { Config } from "./config.ts";
import { hasController } from "./environment.ts";

/** Functions that have Lambda concurrency of their own. */
export type ReservingFunction = "status" | "sweeper" | "controller";

/**
 * Reserved concurrency of each function; empty with `statusConcurrency: 0`. A reservation is also the function's limit, and
 * is taken from all other functions of the account.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export function reservedConcurrency({
  statusConcurrency,
  scalingMode,
}: Pick<Config, "statusConcurrency" | "scalingMode">): Partial<Record<ReservingFunction, number>> {
  if (statusConcurrency === 0) return {};
  return {
    // Each long poll occupies one execution for up to `limits.waitSeconds`.
    status: statusConcurrency,
    // Submit's executions must not delay these two. A sweep ends before the next one starts.
    sweeper: 1,
    // The next minute's execution starts while the previous one finishes its last tick.
    ...(hasController({ scalingMode }) ? { controller: 2 } : {}),
  };
}
