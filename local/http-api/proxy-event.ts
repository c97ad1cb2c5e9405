import { randomUUID } from "node:crypto";
import type { Identity } from "./authorizer.ts";
import type { ReceivedRequest } from "./received-request.ts";

export interface ProxyEventContext {
  apiId: string;
  routeKey: string;
  pathParameters: Record<string, string>;
  identity: Identity;
  now: number;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export function proxyEvent(
  { method, path, query, headers, body, protocol, sourceIp }: ReceivedRequest,
  { apiId, routeKey, pathParameters, identity, now }: ProxyEventContext,
): object {
  const text = body.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(body);
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers,
    ...(query === "" ? {} : { queryStringParameters: joinQuery(new URLSearchParams(query)) }),
    requestContext: {
      accountId: identity.accountId,
      apiId,
      ...(identity.authorizer ? { authorizer: identity.authorizer } : {}),
      domainName: headers.host ?? "",
      domainPrefix: apiId,
      http: { method, path, protocol, sourceIp, userAgent: headers["user-agent"] ?? "" },
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      time: requestTime(now),
      timeEpoch: now,
    },
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    ...(body.length > 0 ? { body: isText ? text : body.toString("base64") } : {}),
    isBase64Encoded: !isText,
  };
}

function joinQuery(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(",")]));
}

/** Such as `12/Mar/2020:19:03:58 +0000`. */
function requestTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
