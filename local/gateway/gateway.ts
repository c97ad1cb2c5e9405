import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { Clock } from "../../runtime/clock.ts";
import { AwsError } from "../aws-error.ts";
import { isOwnHost, misdirected } from "../http-api/own-host.ts";
import { receiveRequest } from "../http-api/received-request.ts";
import type { Call, ServiceEmulator } from "./call.ts";
import { checkSignature } from "./check-signature.ts";
import type { Credentials } from "./credentials.ts";
import { type CallIdentity, identifyCall } from "./identify-call.ts";
import { queryInput, sendQueryError } from "./query-protocol.ts";
import { sendS3Error } from "./s3.ts";

/** Observes every call before and after its effect. "drop" cuts the connection at that point, as a crash would. */
export interface CallObserver {
  before?(call: Call): "proceed" | "drop";
  after?(call: Call, status: number, answer: string): "proceed" | "drop";
}

/** Answers requests by path that are not AWS API calls: credentials and the ECS agent. */
export type PathHandler = (request: {
  method: string;
  path: string;
  body: string;
  headers: IncomingMessage["headers"];
}) => { status: number; body: unknown } | undefined;

/** The one endpoint for all AWS services, on 127.0.0.1. */
export class Gateway {
  readonly emulators = new Map<string, ServiceEmulator>();
  readonly paths: PathHandler[] = [];
  readonly observers = new Set<CallObserver>();
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  readonly #server: Server;

  constructor(credentials: Credentials, clock: Clock) {
    this.#credentials = credentials;
    this.#clock = clock;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => sendError(response, error));
    });
    // Long polls and slow handlers have their own timeouts.
    this.#server.requestTimeout = 0;
    this.#server.keepAliveTimeout = 60_000;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwnHost(request.headers.host)) {
      throw new AwsError("MisdirectedRequest", misdirected(request.headers.host), 421);
    }
    const body = await readBody(request);
    if (this.#answerPath(request, response, body)) return;

    const identity = identifyCall(request, body);
    if (!identity) throw new AwsError("MissingAuthenticationToken", "The request carries no AWS credentials.", 403);
    try {
      await this.#answerCall(identity, request, response, body);
    } catch (error) {
      if (response.headersSent || response.destroyed) return;
      if (identity.isQuery) sendQueryError(response, asAwsError(error));
      else if (identity.service === "s3") sendS3Error(response, asAwsError(error));
      else throw error;
    }
  }

  async #answerCall(
    identity: CallIdentity,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<void> {
    const caller = this.#credentials.callerOf(identity.accessKeyId);
    if (!caller)
      throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", 403);
    checkSignature(receiveRequest(request, body), identity.service, caller.keys, this.#clock.now());
    const emulator = this.emulators.get(identity.service);
    if (!emulator) {
      throw new AwsError("UnsupportedOperation", `The laptop cloud has no service "${identity.service}".`, 501);
    }
    const { service, action } = identity;
    const content = service === "s3" ? body : decompress(request, body);
    const call = { service, action, caller, path: request.url ?? "/", input: inputOf(identity, request, content) };
    await this.#perform(emulator, call, request, response, content);
  }

  async #perform(
    emulator: ServiceEmulator,
    call: Call,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<void> {
    for (const observer of this.observers) {
      if (observer.before?.(call) === "drop") return void request.socket.destroy();
    }
    const gone = new AbortController();
    response.on("close", () => {
      if (!response.writableFinished) gone.abort();
    });
    const end = response.end.bind(response);
    // Emulators write their answers themselves. At this point an answer is complete and not yet sent.
    response.end = ((...parts: Parameters<typeof end>) => {
      const answer = typeof parts[0] === "string" ? parts[0] : "";
      for (const observer of this.observers) {
        if (observer.after?.(call, response.statusCode, answer) === "drop") {
          request.socket.destroy();
          return response;
        }
      }
      return end(...parts);
    }) as typeof response.end;
    await emulator(call, { request, response, body, signal: gone.signal });
  }

  #answerPath(request: IncomingMessage, response: ServerResponse, body: Buffer): boolean {
    const { method = "GET", url = "/", headers } = request;
    const received = {
      method,
      path: url,
      headers,
      // Few requests have a path of these handlers.
      get body() {
        return body.toString("utf8");
      },
    };
    for (const handle of this.paths) {
      const answer = handle(received);
      if (!answer) continue;
      const isText = typeof answer.body === "string";
      response.writeHead(answer.status, { "content-type": isText ? "text/plain" : "application/json" });
      response.end(isText ? answer.body : JSON.stringify(answer.body));
      return true;
    }
    return false;
  }
}

/** An emulator for a JSON protocol: sends what `perform` returns or throws. */
export function jsonEmulator(perform: (call: Call, signal: AbortSignal) => Promise<object>): ServiceEmulator {
  return async (call, { response, signal }) => {
    const result = await perform(call, signal);
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(result));
  };
}

/** By events, which cost a small request less than an iterator. */
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("close", () => {
      if (!request.complete) reject(new Error("the client went away before its request was complete"));
    });
  });
}

/** The SDK compresses large PutMetricData requests. */
function decompress(request: IncomingMessage, body: Buffer): Buffer {
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
}

function inputOf({ service, isQuery }: CallIdentity, request: IncomingMessage, body: Buffer): unknown {
  if (service === "s3") return { CopySource: request.headers["x-amz-copy-source"] };
  return isQuery ? queryInput(body) : parseJson(request, body);
}

function parseJson(request: IncomingMessage, body: Buffer): unknown {
  if (!/^application\/(x-amz-json-1\.[01]|json)/.test(request.headers["content-type"] ?? "")) return undefined;
  return body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
}

function sendError(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const error = asAwsError(thrown);
  response.writeHead(error.status, { "content-type": "application/x-amz-json-1.0", "x-amzn-errortype": error.code });
  response.end(JSON.stringify({ __type: error.code, message: error.message }));
}

function asAwsError(thrown: unknown): AwsError {
  return thrown instanceof AwsError ? thrown : new AwsError("InternalFailure", String(thrown), 500);
}
