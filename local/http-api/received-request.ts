import type { IncomingMessage } from "node:http";

/** A request with path and query undecoded: the router sees exactly what was signed. */
export interface ReceivedRequest {
  method: string;
  path: string;
  /** Without the question mark. */
  query: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
  protocol: string;
  sourceIp: string;
}

export function receiveRequest(request: IncomingMessage, body: Buffer): ReceivedRequest {
  const [path = "/", ...query] = (request.url ?? "/").split("?");
  return {
    method: request.method ?? "GET",
    path,
    query: query.join("?"),
    headers: joinHeaders(request.headers),
    body,
    protocol: `HTTP/${request.httpVersion}`,
    sourceIp: request.socket.remoteAddress ?? "",
  };
}

function joinHeaders(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : (value ?? "")]),
  );
}
