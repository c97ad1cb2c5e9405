import type { IncomingMessage } from "node:http";
import { readAmzDate } from "./amz-date.ts";
import { isQueryRequest, queryAction } from "./query-protocol.ts";

/** Which AWS service a request is for, what it asks, and whose key it carries. */
export interface CallIdentity {
  service: string;
  action: string;
  accessKeyId: string;
  /** It comes as a form and is answered in XML. */
  isQuery: boolean;
  /** When a presigned URL ends, milliseconds since the epoch. */
  expiresAt: number | undefined;
}

/** Reads the credential scope that every signed request names, in its header or, presigned, in its query. */
export function identifyCall(request: IncomingMessage, body: Buffer): CallIdentity | undefined {
  const url = new URL(request.url ?? "/", "http://gateway");
  const credential =
    /Credential=([^,\s]+)/.exec(request.headers.authorization ?? "")?.[1] ?? url.searchParams.get("X-Amz-Credential");
  const [accessKeyId, , , service] = (credential ?? "").split("/");
  if (!accessKeyId || !service) return undefined;
  // An object's bytes may call themselves a form.
  const isQuery = service !== "s3" && isQueryRequest(request.headers["content-type"]);
  const action = isQuery ? queryAction(body) : actionOf(request, service, url);
  return { service, action, accessKeyId, isQuery, expiresAt: expiryOf(url) };
}

function actionOf(request: IncomingMessage, service: string, url: URL): string {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") return target.split(".").at(-1) ?? target;
  const call = `${request.method} ${url.pathname}`;
  if (service !== "s3") return restActions[call] ?? call;
  const hasKey = url.pathname.split("/").filter(Boolean).length > 1;
  return `${request.method} ${hasKey ? "object" : "bucket"}`;
}

/** The protocol REST JSON names its actions by method and path. */
const restActions: Record<string, string> = { "POST /TraceSegments": "PutTraceSegments" };

function expiryOf(url: URL): number | undefined {
  const signedAt = readAmzDate(url.searchParams.get("X-Amz-Date") ?? "");
  return signedAt === undefined ? undefined : signedAt + Number(url.searchParams.get("X-Amz-Expires")) * 1000;
}
