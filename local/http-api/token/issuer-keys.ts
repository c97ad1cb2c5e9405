import type { JsonWebKey } from "node:crypto";
import * as z from "zod";
import type { Clock } from "../../../runtime/clock.ts";

/**
 * API Gateway may cache keys this long:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
const keepMilliseconds = 2 * 60 * 60_000;
/** The shortest time between two requests to the issuer, so that invented key ids cause no flood. */
const pauseMilliseconds = 60_000;
/** Shorter after a failure, so that an issuer that starts late is found soon. */
const failurePauseMilliseconds = 1_000;
const patienceMilliseconds = 5_000;

const discoverySchema = z.looseObject({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });
const keySetSchema = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional() })) });

export type FetchJson = (url: string) => Promise<unknown>;

/** The keys that an issuer publishes, fetched when a token first names one, and cached. */
export class IssuerKeys {
  readonly #issuer: string;
  readonly #clock: Clock;
  readonly #fetchJson: FetchJson;
  #keys = new Map<string, JsonWebKey>();
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #askAgainAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;

  constructor(issuer: string, clock: Clock, fetchJson: FetchJson = (url) => fetchJsonWithin(url, clock)) {
    this.#issuer = issuer;
    this.#clock = clock;
    this.#fetchJson = fetchJson;
  }

  /**
   * Undefined for a key that the issuer does not publish.
   * @throws the error of the request to the issuer
   */
  async find(keyId: string): Promise<JsonWebKey | undefined> {
    const now = this.#clock.now();
    if (now - this.#fetchedAt >= keepMilliseconds) this.#keys.clear();
    if (!this.#keys.has(keyId) && now >= this.#askAgainAt) {
      this.#fetching ??= this.#fetch().finally(() => {
        this.#fetching = undefined;
      });
    }
    if (!this.#keys.has(keyId)) await this.#fetching;
    return this.#keys.get(keyId);
  }

  async #fetch(): Promise<void> {
    try {
      const base = this.#issuer.replace(/\/$/, "");
      const discovery = discoverySchema.parse(await this.#fetchJson(`${base}/.well-known/openid-configuration`));
      if (discovery.issuer !== this.#issuer)
        throw new Error(`expected issuer ${this.#issuer}; came ${discovery.issuer}`);
      const { keys } = keySetSchema.parse(await this.#fetchJson(discovery.jwks_uri));
      this.#keys = new Map(keys.flatMap((key) => (key.kid === undefined ? [] : [[key.kid, key as JsonWebKey]])));
      this.#fetchedAt = this.#clock.now();
      this.#askAgainAt = this.#fetchedAt + pauseMilliseconds;
    } catch (error) {
      this.#askAgainAt = this.#clock.now() + failurePauseMilliseconds;
      throw error;
    }
  }
}

async function fetchJsonWithin(url: string, clock: Clock): Promise<unknown> {
  const patience = new AbortController();
  const cancelTimer = clock.after(patienceMilliseconds, () => patience.abort());
  try {
    const response = await fetch(url, { signal: patience.signal, redirect: "error" });
    if (!response.ok) throw new Error(`expected 200 from ${url}; came ${response.status}`);
    return await response.json();
  } finally {
    cancelTimer();
  }
}
