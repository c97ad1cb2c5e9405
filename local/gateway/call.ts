import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { Caller } from "./credentials.ts";

/** One call of an AWS API by a function or a task. */
export interface Call {
  service: string;
  action: string;
  caller: Caller;
  /** Path and query. For S3 they describe the whole request. */
  path: string;
  /** The parsed body: JSON, or the form of the Query protocol. */
  input: unknown;
}

/** Answers calls of one AWS service. The signal aborts when the client disconnects. */
export type ServiceEmulator = (
  call: Call,
  http: { request: IncomingMessage; response: ServerResponse; body: Buffer; signal: AbortSignal },
) => Promise<void>;

/** Recreates a request whose body the gateway has already read, for an emulator that reads the body itself. */
export function replayRequest(request: IncomingMessage, body: Buffer): IncomingMessage {
  const { method, url, headers, socket } = request;
  return Object.assign(Readable.from([body]), { method, url, headers, socket }) as unknown as IncomingMessage;
}
