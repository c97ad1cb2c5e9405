import * as z from "zod";
import type { Cloud } from "../cloud.ts";
import { arnOf } from "../gateway/account.ts";
import { decide } from "../gateway/authorize.ts";
import { rootArn } from "../gateway/serve-apis.ts";
import { type Authorizer, askNobody } from "../http-api/authorizer.ts";
import { HttpApi } from "../http-api/http-api.ts";
import { iamAuthorizer } from "../http-api/iam-authorizer.ts";
import { jwtAuthorizer } from "../http-api/jwt-authorizer.ts";
import { IssuerKeys } from "../http-api/token/issuer-keys.ts";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";
import { invokeAsService } from "./run-function.ts";

const corsConfiguration = z
  .strictObject({
    allowOrigins: z.array(z.string()).default([]),
    allowMethods: z.array(z.string()).default([]),
    allowHeaders: z.array(z.string()).default([]),
    exposeHeaders: z.array(z.string()).default([]),
    allowCredentials: z.boolean().default(false),
    maxAge: z.number().optional(),
  })
  .refine(
    (cors) => !(cors.allowCredentials && cors.allowOrigins.some((origin) => origin.includes("*"))),
    "allowCredentials needs exact origins without wildcards",
  )
  .transform((cors) => ({ ...cors, maxAge: cors.maxAge }));

/** API Gateway treats a missing limit as 0. */
const limits = {
  throttlingBurstLimit: z.number().default(0),
  throttlingRateLimit: z.number().default(0),
  detailedMetricsEnabled: noEffect("the API publishes no metrics here"),
};
const defaultSettings = z.strictObject(limits);
const routeSettings = z.strictObject({ ...limits, routeKey: z.string() });

const route = z.strictObject({
  apiId: z.string(),
  routeKey: z.string(),
  target: z.string(),
  authorizationType: z.enum(["NONE", "AWS_IAM", "JWT"]).default("NONE"),
  authorizerId: z.string().optional(),
  authorizationScopes: z.array(z.string()).default([]),
});

export const apigateway: Record<string, ResourceHandler> = {
  "aws:apigatewayv2/api:Api": resource(
    z.strictObject({
      protocolType: z.literal("HTTP"),
      description: noEffect("a text for people"),
      corsConfiguration: corsConfiguration.optional(),
    }),
    async ({ inputs, physicalName, cloud }) => {
      const api = new HttpApi(physicalName.slice(-7), cloud.options.clock, inputs.corsConfiguration);
      await api.listen(cloud.apis.size === 0 ? cloud.options.apiPort : 0);
      cloud.apis.set(api.id, api);
      const executionArn = arnOf(cloud.place, "execute-api", api.id);
      return { id: api.id, outputs: { apiEndpoint: api.endpoint, executionArn, name: physicalName } };
    },
  ),
  "aws:apigatewayv2/integration:Integration": resource(
    z.strictObject({
      apiId: z.string(),
      integrationType: z.literal("AWS_PROXY"),
      integrationUri: z.string(),
      payloadFormatVersion: z.literal("2.0"),
      timeoutMilliseconds: noEffect("the function's own timeout is shorter"),
    }),
    ({ inputs, physicalName, cloud }) => {
      const functionArn = /functions\/(arn:aws:lambda:.*)\/invocations$/.exec(inputs.integrationUri)?.[1];
      if (!functionArn) throw new Error(`expected the invoke ARN of a function; came "${inputs.integrationUri}"`);
      cloud.integrations.set(physicalName, functionArn);
      return { id: physicalName, outputs: {} };
    },
  ),
  "aws:apigatewayv2/authorizer:Authorizer": resource(
    z.strictObject({
      apiId: z.string(),
      name: noEffect("a text for people"),
      authorizerType: z.literal("JWT"),
      identitySources: z.tuple([z.literal("$request.header.Authorization")]),
      jwtConfiguration: z.strictObject({ issuer: z.string(), audiences: z.array(z.string()).min(1) }),
    }),
    ({ inputs: { jwtConfiguration }, physicalName, cloud }) => {
      const keys = new IssuerKeys(jwtConfiguration.issuer, cloud.options.clock);
      cloud.jwtAuthorizers.set(physicalName, { ...jwtConfiguration, keys });
      return { id: physicalName, outputs: {} };
    },
  ),
  "aws:apigatewayv2/route:Route": resource(route, ({ inputs, physicalName, cloud }) => {
    const functionArn = cloud.integrations.get(inputs.target.replace(/^integrations\//, ""));
    if (!functionArn) throw new Error(`expected integrations/ID of an integration; came "${inputs.target}"`);
    const [method, path] = inputs.routeKey.split(" ");
    const caller = {
      principal: "apigateway.amazonaws.com",
      sourceArn: `${stageArn(cloud, inputs.apiId)}/${method}${path}`,
    };
    apiOf(cloud, inputs.apiId).routes.add(inputs.routeKey, {
      invoke: async (event) => invokeAsService(cloud, functionArn, event, caller),
      authorize: authorizerOf(inputs, cloud),
    });
    return { id: physicalName, outputs: {} };
  }),
  "aws:apigatewayv2/stage:Stage": resource(
    z.strictObject({
      apiId: z.string(),
      name: z.literal("$default"),
      autoDeploy: z.literal(true),
      accessLogSettings: noEffect("requests are not logged here"),
      defaultRouteSettings: defaultSettings.optional(),
      routeSettings: z.array(routeSettings).default([]),
    }),
    ({ inputs, cloud }) => {
      const perRoute = inputs.routeSettings.map((settings) => [settings.routeKey, readLimits(settings)] as const);
      apiOf(cloud, inputs.apiId).limit({
        ...(inputs.defaultRouteSettings ? { default: readLimits(inputs.defaultRouteSettings) } : {}),
        routes: Object.fromEntries(perRoute),
      });
      return { id: inputs.name, outputs: { name: inputs.name } };
    },
  ),
};

function readLimits(settings: z.infer<typeof defaultSettings>) {
  return { requestsPerSecond: settings.throttlingRateLimit, burst: settings.throttlingBurstLimit };
}

function authorizerOf(inputs: z.infer<typeof route>, cloud: Cloud): Authorizer {
  if (inputs.authorizationType === "NONE") return askNobody;
  const { clock, onLine } = cloud.options;
  if (inputs.authorizationType === "JWT") {
    const configuration = cloud.jwtAuthorizers.get(inputs.authorizerId ?? "");
    if (!configuration) throw new Error(`expected the id of a JWT authorizer; came "${inputs.authorizerId}"`);
    const onProblem = (message: string) => onLine("http-api", message);
    return jwtAuthorizer({ ...configuration, clock, scopes: inputs.authorizationScopes, onProblem });
  }
  return iamAuthorizerOf(cloud, stageArn(cloud, inputs.apiId));
}

/** @param methodArnOf the ARN that policies name, where it differs from the stage's ARN with the request's path */
export function iamAuthorizerOf(
  cloud: Cloud,
  stageArn: string,
  methodArnOf = (requestArn: string) => requestArn,
): Authorizer {
  return iamAuthorizer({
    ...cloud.place,
    clock: cloud.options.clock,
    stageArn,
    findHolder: (accessKeyId) => {
      const found = cloud.credentials.callerOf(accessKeyId);
      return found && { arn: found.roleArn, holder: found.holder, secrets: found.keys };
    },
    mayInvoke: (principalArn, requestArn) => mayInvoke(cloud, principalArn, methodArnOf(requestArn)),
  });
}

function mayInvoke(cloud: Cloud, principalArn: string, methodArn: string): boolean {
  if (principalArn === rootArn(cloud.place)) return true;
  const principal = [...cloud.roles.values()].find(({ arn }) => arn === principalArn);
  return decide(principal?.statements ?? [], { action: "execute-api:Invoke", resource: methodArn }) === "allowed";
}

function stageArn({ place }: Cloud, apiId: string): string {
  return arnOf(place, "execute-api", `${apiId}/$default`);
}

function apiOf(cloud: Cloud, apiId: string): HttpApi {
  const api = cloud.apis.get(apiId);
  if (!api) throw new Error(`expected the id of an API; came "${apiId}"`);
  return api;
}
