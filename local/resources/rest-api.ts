import { z } from "zod";
import type { Cloud, RestApi } from "../cloud.ts";
import { arnOf } from "../gateway/account.ts";
import { HttpApi } from "../http-api/http-api.ts";
import { restEvent } from "../http-api/rest-event.ts";
import { iamAuthorizerOf } from "./apigateway.ts";
import { nameOnly, noEffect, type ResourceHandler, resource } from "./resource.ts";
import { invokeAsService } from "./run-function.ts";

const insideTheNetwork = "every process of this machine is inside the network";

/** Private REST APIs whose methods are signed with IAM. */
export const restApi: Record<string, ResourceHandler> = {
  "aws:apigateway/restApi:RestApi": resource(
    z.strictObject({
      description: noEffect("a text for people"),
      endpointConfiguration: z.strictObject({
        types: z.literal("PRIVATE"),
        vpcEndpointIds: z.tuple([z.string()]),
      }),
    }),
    async ({ physicalName, cloud }) => {
      const api = new HttpApi(physicalName.slice(-7), cloud.options.clock);
      await api.listen(0);
      const rootResourceId = `${api.id}-root`;
      cloud.restApis.set(api.id, { api, paths: new Map([[rootResourceId, ""]]), methods: new Map() });
      const executionArn = arnOf(cloud.place, "execute-api", api.id);
      return { id: api.id, outputs: { rootResourceId, executionArn, name: physicalName } };
    },
  ),
  "aws:apigateway/restApiPolicy:RestApiPolicy": nameOnly({
    restApiId: z.string(),
    policy: noEffect(insideTheNetwork),
  }),
  "aws:apigateway/resource:Resource": resource(
    z.strictObject({ restApi: z.string(), parentId: z.string(), pathPart: z.string() }),
    ({ inputs, physicalName, cloud }) => {
      const { paths } = find(cloud, inputs.restApi);
      paths.set(physicalName, `${paths.get(inputs.parentId)}/${inputs.pathPart}`);
      return { id: physicalName, outputs: { path: paths.get(physicalName) } };
    },
  ),
  "aws:apigateway/method:Method": nameOnly({
    restApi: z.string(),
    resourceId: z.string(),
    httpMethod: z.string(),
    authorization: z.literal("AWS_IAM"),
  }),
  "aws:apigateway/integration:Integration": resource(
    z.strictObject({
      restApi: z.string(),
      resourceId: z.string(),
      httpMethod: z.string(),
      type: z.literal("AWS_PROXY"),
      integrationHttpMethod: z.literal("POST"),
      uri: z.string(),
      timeoutMilliseconds: noEffect("the function's own timeout is as long"),
    }),
    ({ inputs, physicalName, cloud }) => {
      const functionArn = /functions\/(arn:aws:lambda:.*)\/invocations$/.exec(inputs.uri)?.[1];
      if (!functionArn) throw new Error(`expected the invoke ARN of a function; came "${inputs.uri}"`);
      const { paths, methods } = find(cloud, inputs.restApi);
      methods.set(`${inputs.httpMethod} ${paths.get(inputs.resourceId)}`, functionArn);
      return { id: physicalName, outputs: {} };
    },
  ),
  "aws:apigateway/deployment:Deployment": nameOnly({
    restApi: z.string(),
    triggers: noEffect("there is one deployment"),
  }),
  "aws:apigateway/stage:Stage": resource(
    z.strictObject({
      restApi: z.string(),
      deployment: z.string(),
      stageName: z.string(),
      xrayTracingEnabled: noEffect("the laptop makes no segments of API Gateway's own"),
    }),
    ({ inputs, physicalName, cloud }) => {
      const { api, methods } = find(cloud, inputs.restApi);
      for (const [method, functionArn] of methods) addRoute(cloud, api, inputs.stageName, method, functionArn);
      const invokeUrl = `${api.endpoint}/${inputs.stageName}`;
      return { id: physicalName, outputs: { invokeUrl } };
    },
  ),
  "aws:apigateway/methodSettings:MethodSettings": resource(
    z.strictObject({
      restApi: z.string(),
      stageName: z.string(),
      methodPath: z.literal("*/*"),
      settings: z.strictObject({
        metricsEnabled: noEffect("the API publishes no metrics here"),
        dataTraceEnabled: noEffect("requests are not logged here"),
        throttlingRateLimit: z.number(),
        throttlingBurstLimit: z.number(),
      }),
    }),
    ({ inputs: { restApi, settings }, physicalName, cloud }) => {
      find(cloud, restApi).api.limit({
        default: { requestsPerSecond: settings.throttlingRateLimit, burst: settings.throttlingBurstLimit },
      });
      return { id: physicalName, outputs: {} };
    },
  ),
};

function addRoute(cloud: Cloud, api: HttpApi, stage: string, methodAndPath: string, functionArn: string): void {
  const [method, path] = methodAndPath.split(" ");
  const methodArn = arnOf(cloud.place, "execute-api", `${api.id}/${stage}/${method}${path}`);
  const caller = { principal: "apigateway.amazonaws.com", sourceArn: methodArn };
  api.routes.add(`${method} /${stage}${path}`, {
    invoke: async (event) => invokeAsService(cloud, functionArn, restEvent(event, stage), caller),
    authorize: iamAuthorizerOf(cloud, arnOf(cloud.place, "execute-api", api.id), () => methodArn),
  });
}

function find(cloud: Cloud, id: string): RestApi {
  const found = cloud.restApis.get(id);
  if (!found) throw new Error(`expected the id of a REST API; came "${id}"`);
  return found;
}
