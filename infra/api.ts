import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type ApiFunction, routesWith } from "../contract/routes.ts";
import { createAuthorization, type RouteAuthorization } from "./api/authorization.ts";
import { corsConfiguration } from "./api/cors.ts";
import { type ApiFunctions, type ApiFunctionsArgs, createApiFunctions } from "./api/functions.ts";
import { routeSettings } from "./api/route-settings.ts";
import type { Config } from "./config.ts";
import type { Keys } from "./keys.ts";
import { createLogGroup } from "./log-group.ts";

/** The HTTP API: its routes, the functions behind them, and who may call it. */
export class JobApi extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly functions: ApiFunctions;

  constructor(name: string, args: ApiFunctionsArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:JobApi", name, {}, options);
    const own = { parent: this };
    const api = createHttpApi(name, args.config, own);
    this.functions = createApiFunctions(name, args, own);
    const authorizationOf = createAuthorization(name, api, args.config, own);
    const routes = routesWith(args.config).map(([routeKey, route]) =>
      addRoute(name, routeKey, functionOf(this.functions, route.function), api, authorizationOf(route), own),
    );
    createStage(name, api, args, { ...own, dependsOn: routes });
    this.id = api.id;
    this.url = api.apiEndpoint;
    this.registerOutputs({ url: this.url });
  }
}

function functionOf(functions: ApiFunctions, name: ApiFunction): aws.lambda.Function {
  const found = functions[name];
  if (found === undefined) throw new pulumi.RunError(`expected a function ${name} for its routes; there is none`);
  return found;
}

function createHttpApi(name: string, config: Config, options: pulumi.CustomResourceOptions) {
  const cors = corsConfiguration(config);
  return new aws.apigatewayv2.Api(
    name,
    {
      protocolType: "HTTP",
      description: "Sluice: jobs in, results out",
      ...(cors ? { corsConfiguration: cors } : {}),
    },
    options,
  );
}

function addRoute(
  name: string,
  routeKey: string,
  handler: aws.lambda.Function,
  api: aws.apigatewayv2.Api,
  authorization: RouteAuthorization,
  options: pulumi.CustomResourceOptions,
): aws.apigatewayv2.Route {
  const routeName = `${name}-${routeKey
    .toLowerCase()
    .replace(/[^a-z]+/g, "-")
    .replace(/-$/, "")}`;
  const integration = new aws.apigatewayv2.Integration(
    routeName,
    {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: handler.invokeArn,
      payloadFormatVersion: "2.0",
      timeoutMilliseconds: 29_000,
    },
    options,
  );
  new aws.lambda.Permission(
    routeName,
    {
      action: "lambda:InvokeFunction",
      function: handler.name,
      principal: "apigateway.amazonaws.com",
      sourceArn: pulumi.interpolate`${api.executionArn}/*/*${routeKey.split(" ")[1]?.replace(/\{[^}]+\}/g, "*")}`,
    },
    options,
  );
  return new aws.apigatewayv2.Route(
    routeName,
    {
      apiId: api.id,
      routeKey,
      target: pulumi.interpolate`integrations/${integration.id}`,
      ...authorization,
    },
    options,
  );
}

function createStage(
  name: string,
  api: aws.apigatewayv2.Api,
  { config, keys }: { config: Config; keys: Keys },
  options: pulumi.CustomResourceOptions,
): aws.apigatewayv2.Stage {
  const logGroup = createLogGroup(
    `${name}-access`,
    { config, keys, isDelivered: true },
    options.parent ? { parent: options.parent } : {},
  );
  return new aws.apigatewayv2.Stage(
    name,
    {
      apiId: api.id,
      name: "$default",
      autoDeploy: true,
      accessLogSettings: { destinationArn: logGroup.arn, format: accessLogFormat },
      defaultRouteSettings: {
        throttlingBurstLimit: config.apiBurst,
        throttlingRateLimit: config.apiRequestsPerSecond,
        detailedMetricsEnabled: true,
      },
      routeSettings: routeSettings(config),
    },
    options,
  );
}

const accessLogFormat = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTime",
  route: "$context.routeKey",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  sourceIp: "$context.identity.sourceIp",
  integrationError: "$context.integrationErrorMessage",
  caller: "$context.identity.userArn",
  subject: "$context.authorizer.claims.sub",
  authorizerError: "$context.authorizer.error",
});
