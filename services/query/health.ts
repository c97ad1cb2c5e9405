import type { Clock } from "../../runtime/clock.ts";
import { asError } from "../../runtime/errors.ts";
import type { Ask } from "./ask-private-api.ts";

export interface HealthView {
  status: "starting" | "ok" | "degraded" | "stopping";
  /** Why queries fail, and since when. */
  problem?: string;
  since?: string;
}

export interface Health {
  /** Asks and remembers the outcome. */
  ask: Ask;
  view(): HealthView;
}

/** Age of the last outcome after which a view of the health starts a query. */
const freshMilliseconds = 10_000;

/**
 * Reports the outcome of the last query. `view` never waits. If the last query ended more than `freshMilliseconds` ago, `view` starts
 * one of its own, whose outcome the next view shows.
 */
export function watchHealth(ask: Ask, clock: Clock): Health {
  let seen: { at: number; failing?: { problem: string; since: number } } | undefined;
  let isProbing = false;

  const observed: Ask = async (request) => {
    try {
      const answer = await ask(request);
      seen = { at: clock.now() };
      return answer;
    } catch (error) {
      const at = clock.now();
      seen = { at, failing: { problem: asError(error).message, since: seen?.failing?.since ?? at } };
      throw error;
    }
  };
  const probe = async () => {
    isProbing = true;
    // The outcome is in `seen`.
    await observed({ user_id: "health", limit: 1 }).catch(() => {});
    isProbing = false;
  };
  return {
    ask: observed,
    view() {
      if (!isProbing && (seen === undefined || clock.now() - seen.at >= freshMilliseconds)) void probe();
      if (seen === undefined) return { status: "starting" };
      if (seen.failing === undefined) return { status: "ok" };
      const { problem, since } = seen.failing;
      return { status: "degraded", problem, since: new Date(since).toISOString() };
    },
  };
}
