import type { Clock } from "../../runtime/clock.ts";

export interface ThrottleLimits {
  requestsPerSecond: number;
  burst: number;
}

export interface StageLimits {
  default: ThrottleLimits;
  /** By route key. */
  routes: Record<string, ThrottleLimits>;
}

/**
 * A token bucket for each route, filled at its rate up to its burst.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #limits: StageLimits;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(clock: Clock, limits: StageLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Takes a token of the route's bucket; false if the bucket is empty. */
  admit(routeKey: string): boolean {
    const { requestsPerSecond, burst } = this.#limits.routes[routeKey] ?? this.#limits.default;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(routeKey) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * requestsPerSecond);
    const isAdmitted = filled >= 1;
    this.#buckets.set(routeKey, { tokens: isAdmitted ? filled - 1 : filled, at: now });
    return isAdmitted;
  }
}
