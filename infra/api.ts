import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type {
  cancelEnvironment,
  statusEnvironment,
  submitEnvironment,
  uploadEnvironment,
  VariablesOf,
} from "../contract/environment.ts";
import { objectPrefixes } from "../contract/jobs-table.ts";
import { limits } from "../contract/limits.ts";
import { type ApiFunction, type ApiRoute, apiRoutes } from "../contract/routes.ts";
import { createAuthorization, type RouteAuthorization } from "./api/authorization.ts";
import { corsConfiguration } from "./api/cors.ts";
import type { Config } from "./config.ts";
import { createFunction } from "./function.ts";
import type { Keys } from "./keys.ts";
import { createLogGroup } from "./log-group.ts";
import type { JobQueue } from "./queue.ts";
import type { ScalingTable } from "./scaling-table.ts";
import type { JobStorage } from "./storage.ts";

export interface JobApiArgs {
  config: Config;
  keys: Keys;
  queue: JobQueue;
  storage: JobStorage;
  scalingTable: ScalingTable;
}

/** The HTTP API: one function for each set of rights, with the routes that need them all and no others. */
export class JobApi extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly functions: Record<ApiFunction, aws.lambda.Function>;

  constructor(name: string, args: JobApiArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:JobApi", name, {}, options);
    const own = { parent: this };
    const api = createHttpApi(name, args.config, own);
    this.functions = {
      submit: submitFunction(`${name}-submit`, args, own),
      status: statusFunction(`${name}-status`, args, own),
      cancel: cancelFunction(`${name}-cancel`, args, own),
      upload: uploadFunction(`${name}-upload`, args, own),
      openapi: openapiFunction(`${name}-openapi`, args, own),
    };
    const authorizationOf = createAuthorization(name, api, args.config, own);
    const routes = Object.entries<ApiRoute>(apiRoutes).map(([routeKey, route]) =>
      addRoute(name, routeKey, this.functions[route.function], api, authorizationOf(route), own),
    );
    createStage(name, api, args, { ...own, dependsOn: routes });
    this.id = api.id;
    this.url = api.apiEndpoint;
    this.registerOutputs({ url: this.url });
  }
}

function submitFunction(
  name: string,
  { config, keys, queue, storage, scalingTable }: JobApiArgs,
  options: pulumi.CustomResourceOptions,
) {
  const environment: VariablesOf<typeof submitEnvironment, pulumi.Input<string>> = {
    JOBS_TABLE_NAME: storage.table.name,
    QUEUE_URL: queue.queue.url,
    ARTIFACTS_BUCKET_NAME: storage.bucket.bucket,
    MAX_ATTEMPTS: String(config.maxAttempts),
    RETENTION_DAYS: String(config.retentionDays),
    TRACING: config.tracing ? "on" : "off",
    SCALING_TABLE_NAME: scalingTable.table.name,
  };
  return createFunction(
    name,
    {
      entry: "services/api/submit/handler.ts",
      description: "POST /jobs and /jobs/batch: keeps each job, queues its ticket, answers 202",
      environment,
      statements: [
        storage.writeJobs(),
        queue.send(),
        storage.writeObjects(objectPrefixes.payloads),
        storage.readObjects(objectPrefixes.uploads),
        storage.tellMissingObjects(),
        scalingTable.countArrivals(),
        ...keys.use("dynamodb", "sqs", "s3"),
      ],
      keys,
      timeoutSeconds: 28,
      // An uploaded document stands in memory as bytes, as text and as values.
      memoryMegabytes: 1024,
    },
    config,
    options,
  );
}

function statusFunction(name: string, { config, keys, storage }: JobApiArgs, options: pulumi.CustomResourceOptions) {
  const environment: VariablesOf<typeof statusEnvironment, pulumi.Input<string>> = {
    JOBS_TABLE_NAME: storage.table.name,
    ARTIFACTS_BUCKET_NAME: storage.bucket.bucket,
    RETENTION_DAYS: String(config.retentionDays),
    TRACING: config.tracing ? "on" : "off",
  };
  return createFunction(
    name,
    {
      entry: "services/api/status/handler.ts",
      description: "GET /jobs, /jobs/{jobId} and its result: where jobs are and what came of them",
      environment,
      statements: [
        storage.readJobs(),
        ...storage.listOwnedJobs(),
        storage.readObjects(objectPrefixes.results),
        ...keys.use("dynamodb", "s3"),
      ],
      keys,
      // It may wait for a job's end.
      timeoutSeconds: limits.waitSeconds + 8,
      memoryMegabytes: 256,
    },
    config,
    options,
  );
}

function cancelFunction(name: string, { config, keys, storage }: JobApiArgs, options: pulumi.CustomResourceOptions) {
  const environment: VariablesOf<typeof cancelEnvironment, pulumi.Input<string>> = {
    JOBS_TABLE_NAME: storage.table.name,
    RETENTION_DAYS: String(config.retentionDays),
    TRACING: config.tracing ? "on" : "off",
  };
  return createFunction(
    name,
    {
      entry: "services/api/cancel/handler.ts",
      description: "DELETE /jobs/{jobId}: takes a queued job back, asks a running one to stop",
      environment,
      statements: [storage.writeJobs(), ...keys.use("dynamodb")],
      keys,
      timeoutSeconds: 10,
      memoryMegabytes: 256,
    },
    config,
    options,
  );
}

function uploadFunction(name: string, { config, keys, storage }: JobApiArgs, options: pulumi.CustomResourceOptions) {
  const environment: VariablesOf<typeof uploadEnvironment, pulumi.Input<string>> = {
    ARTIFACTS_BUCKET_NAME: storage.bucket.bucket,
    TRACING: config.tracing ? "on" : "off",
  };
  return createFunction(
    name,
    {
      entry: "services/api/upload/handler.ts",
      description: "POST /uploads: a place to put an input that is too large for a request",
      environment,
      statements: [storage.writeObjects(objectPrefixes.uploads), ...keys.use("s3")],
      keys,
      timeoutSeconds: 10,
      memoryMegabytes: 256,
    },
    config,
    options,
  );
}

function openapiFunction(name: string, { config, keys }: JobApiArgs, options: pulumi.CustomResourceOptions) {
  return createFunction(
    name,
    {
      entry: "services/api/openapi/handler.ts",
      description: "GET /openapi.json: the API's own description",
      environment: {},
      statements: [],
      keys,
      timeoutSeconds: 10,
      memoryMegabytes: 256,
    },
    config,
    options,
  );
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
  { config, keys }: JobApiArgs,
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
  integrationError: "$context.integrationErrorMessage",
  caller: "$context.identity.userArn",
  subject: "$context.authorizer.claims.sub",
  authorizerError: "$context.authorizer.error",
});
