import { z } from "zod";

const received = z.object({
  rawPath: z.string(),
  headers: z.record(z.string(), z.string()),
  queryStringParameters: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean(),
  requestContext: z.object({
    accountId: z.string(),
    apiId: z.string(),
    requestId: z.string(),
    http: z.object({ method: z.string(), sourceIp: z.string() }),
  }),
});

/**
 * The event that a REST API sends (payload format 1.0) for a request whose format 2.0 event is given.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function restEvent(event: unknown, stage: string): object {
  const { rawPath, headers, queryStringParameters, body, isBase64Encoded, requestContext } = received.parse(event);
  const { http, ...ids } = requestContext;
  const path = rawPath.slice(stage.length + 1);
  return {
    resource: path,
    path,
    httpMethod: http.method,
    headers,
    queryStringParameters: queryStringParameters ?? null,
    body: body ?? null,
    isBase64Encoded,
    requestContext: {
      ...ids,
      stage,
      resourcePath: path,
      httpMethod: http.method,
      identity: { sourceIp: http.sourceIp },
    },
  };
}
