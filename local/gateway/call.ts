import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { Caller } from "./credentials.ts";

/** One call of an AWS API by a function or a task. */
export interface Call {
  service: string;
  action: string;
  caller: Caller;
  /** Path and query; for S3 they carry the whole request. */
  path: string;
  /** The request's JSON where the protocol is JSON, its form where it is the Query protocol. */
  input: unknown;
}

/** Answers the calls of one AWS service; the signal aborts when the client disconnects. */
export type ServiceEmulator = (
  call: Call,
  http: { request: IncomingMessage; response: ServerResponse; body: Buffer; signal: AbortSignal },
) => Promise<void>;

/** The request once more as a stream, for a server that wants to read the body that the gateway has already read. */
export function replayRequest(request: IncomingMessage, body: Buffer): IncomingMessage {
  const { method, url, headers, socket } = request;
  return Object.assign(Readable.from([body]), { method, url, headers, socket }) as unknown as IncomingMessage;
}
