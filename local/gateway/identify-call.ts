import type { IncomingMessage } from "node:http";
import { isQueryRequest, queryAction } from "./query-protocol.ts";

/** The AWS service, action and access key of a request. */
export interface CallIdentity {
  service: string;
  action: string;
  accessKeyId: string;
  /** True for the Query protocol: a form as input, XML as output. */
  isQuery: boolean;
}

/** Reads the credential scope of a signed request from its header or, if presigned, from its query. */
export function identifyCall(request: IncomingMessage, body: Buffer): CallIdentity | undefined {
  const url = request.url ?? "/";
  const credential =
    /Credential=([^,\s]+)/.exec(request.headers.authorization ?? "")?.[1] ??
    new URL(url, "http://gateway").searchParams.get("X-Amz-Credential");
  const [accessKeyId, , , service] = (credential ?? "").split("/");
  if (!accessKeyId || !service) return undefined;
  // The content type of an S3 object may be that of a form.
  const isQuery = service !== "s3" && isQueryRequest(request.headers["content-type"]);
  const action = isQuery ? queryAction(body) : actionOf(request, service, url);
  return { service, action, accessKeyId, isQuery };
}

function actionOf(request: IncomingMessage, service: string, url: string): string {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") return target.split(".").at(-1) ?? target;
  const { pathname } = new URL(url, "http://gateway");
  const call = `${request.method} ${pathname}`;
  if (service !== "s3") return restActions[call] ?? call;
  const hasKey = pathname.split("/").filter(Boolean).length > 1;
  if (hasKey && request.headers["x-amz-copy-source"] !== undefined) return "COPY object";
  return `${request.method} ${hasKey ? "object" : "bucket"}`;
}

/** REST JSON identifies actions by method and path. */
const restActions: Record<string, string> = { "POST /TraceSegments": "PutTraceSegments" };
