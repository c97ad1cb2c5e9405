import { z } from "zod";
import { HttpApi } from "../http-api/http-api.ts";
import { noEffect, type ResourceHandler, resource } from "./resource.ts";
import { invokeAsService } from "./run-function.ts";

export const apigateway: Record<string, ResourceHandler> = {
  "aws:apigatewayv2/api:Api": resource(
    z.strictObject({
      protocolType: z.literal("HTTP"),
      description: noEffect("a text for people"),
      corsConfiguration: noEffect("no browser pages are served yet"),
    }),
    async ({ physicalName, cloud }) => {
      const api = new HttpApi(physicalName.slice(-7), cloud.options.clock);
      await api.listen(cloud.apis.size === 0 ? cloud.options.apiPort : 0);
      cloud.apis.set(api.id, api);
      const executionArn = `arn:aws:execute-api:${cloud.place.region}:${cloud.place.accountId}:${api.id}`;
      return { id: api.id, outputs: { apiEndpoint: api.endpoint, executionArn, name: physicalName } };
    },
  ),
  "aws:apigatewayv2/integration:Integration": resource(
    z.strictObject({
      apiId: z.string(),
      integrationType: z.literal("AWS_PROXY"),
      integrationUri: z.string(),
      payloadFormatVersion: z.literal("2.0"),
      timeoutMilliseconds: noEffect("functions end by their own timeout, which is shorter"),
    }),
    ({ inputs, physicalName, cloud }) => {
      const functionArn = /functions\/(arn:aws:lambda:.*)\/invocations$/.exec(inputs.integrationUri)?.[1];
      if (!functionArn) throw new Error(`expected the invoke ARN of a function; came "${inputs.integrationUri}"`);
      cloud.integrations.set(physicalName, functionArn);
      return { id: physicalName, outputs: {} };
    },
  ),
  "aws:apigatewayv2/route:Route": resource(
    z.strictObject({
      apiId: z.string(),
      routeKey: z.string(),
      target: z.string(),
      authorizationType: z.literal("NONE", "the laptop cloud checks no signatures yet: run it with auth none"),
    }),
    ({ inputs, physicalName, cloud }) => {
      const functionArn = cloud.integrations.get(inputs.target.replace(/^integrations\//, ""));
      if (!functionArn) throw new Error(`expected integrations/ID of an integration; came "${inputs.target}"`);
      const api = cloud.apis.get(inputs.apiId);
      if (!api) throw new Error(`expected the id of an API; came "${inputs.apiId}"`);
      const [method, path] = inputs.routeKey.split(" ");
      const caller = {
        principal: "apigateway.amazonaws.com",
        sourceArn: `arn:aws:execute-api:${cloud.place.region}:${cloud.place.accountId}:${api.id}/$default/${method}${path}`,
      };
      api.routes.add(inputs.routeKey, async (event) => invokeAsService(cloud, functionArn, event, caller));
      return { id: physicalName, outputs: {} };
    },
  ),
  "aws:apigatewayv2/stage:Stage": resource(
    z.strictObject({
      apiId: z.string(),
      name: z.literal("$default"),
      autoDeploy: z.literal(true),
      accessLogSettings: noEffect("requests are not logged here"),
      defaultRouteSettings: noEffect("the one caller on 127.0.0.1 is not throttled"),
    }),
    ({ inputs }) => ({ id: inputs.name, outputs: { name: inputs.name } }),
  ),
};
