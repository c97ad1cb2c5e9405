import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** The request once more as a stream, for a server that wants to read the body that the gateway has already read. */
export function replayRequest(request: IncomingMessage, body: Buffer): IncomingMessage {
  const { method, url, headers, socket } = request;
  return Object.assign(Readable.from([body]), { method, url, headers, socket }) as unknown as IncomingMessage;
}
