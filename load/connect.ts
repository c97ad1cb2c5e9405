import { Agent, fetch } from "undici";
import { bearer, type Fetch, type Sign } from "../client/exchange.ts";
import { JobApiError } from "../client/job-api-error.ts";
import { createJobClient, type JobClient } from "../client/job-client.ts";
import { regionOf, sigV4Signer } from "../client/sig-v4-signer.ts";
import type { StackKeys } from "./find-target.ts";

export interface Connection {
  /** Sends the measured requests. */
  sender: JobClient;
  /** Reads jobs; its requests are not measured. */
  watcher: JobClient;
  isSigned: boolean;
  close(): Promise<void>;
}

/**
 * Creates clients that share keep-alive connections. A first request finds out whether the API requires signatures.
 * @throws JobApiError when the API refuses that request or does not answer it as specified
 */
export async function connect(options: {
  url: string;
  mustSign: boolean;
  /** Credentials for signatures, by default this machine's AWS credentials. */
  keys?: StackKeys | undefined;
  /** Sent as a bearer token instead of a signature. */
  token?: string | undefined;
  sockets: number;
  retries: number;
  /** Timeout of a request. */
  answerSeconds: number;
  signal: AbortSignal;
}): Promise<Connection> {
  const { url, keys, token, retries, answerSeconds, signal } = options;
  // Extra connections for the watcher, so that its requests do not queue behind the measured ones.
  const agent = new Agent({
    connections: options.sockets + watchingSockets,
    keepAliveTimeout: 30_000,
    // The client has a timeout of its own.
    headersTimeout: 0,
  });
  const overAgent = ((address, init) => fetch(address, { ...init, dispatcher: agent })) as Fetch;
  const make = (sign: Sign | undefined) => ({
    sender: createJobClient({ url, sign, retries, answerSeconds, fetch: overAgent }),
    watcher: createJobClient({ url, sign, answerSeconds, fetch: overAgent }),
    isSigned: sign !== undefined && token === undefined,
    close: () => agent.close(),
  });
  const region = keys?.region ?? regionOf(url) ?? process.env.AWS_REGION ?? "us-east-1";
  const signed = () => make(sigV4Signer({ region, ...(keys ? { credentials: keys } : {}) }));
  try {
    if (token !== undefined) {
      const connection = make(bearer(() => token));
      await connection.watcher.listPages({ limit: 1, signal }).next();
      return connection;
    }
    const plain = options.mustSign ? signed() : make(undefined);
    const isRefused = await isForbidden(plain.watcher, signal);
    if (!isRefused || options.mustSign) return plain;
    const connection = signed();
    if (!(await isForbidden(connection.watcher, signal))) return connection;
    const owner = keys ? "the stack's own" : "this machine's AWS";
    throw new JobApiError(`Expected ${url} to accept requests signed with ${owner} credentials; it answered 403.`, {
      status: 403,
    });
  } catch (error) {
    await agent.close();
    throw error;
  }
}

const watchingSockets = 16;

async function isForbidden(client: JobClient, signal: AbortSignal): Promise<boolean> {
  try {
    await client.listPages({ limit: 1, signal }).next();
    return false;
  } catch (error) {
    if (error instanceof JobApiError && error.status === 403) return true;
    throw error;
  }
}
