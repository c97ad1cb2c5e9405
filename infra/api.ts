import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { statusEnvironment, submitEnvironment, uploadEnvironment, VariablesOf } from "../contract/environment.ts";
import { objectPrefixes } from "../contract/jobs-table.ts";
import type { Config } from "./config.ts";
import { createFunction } from "./function.ts";
import type { Keys } from "./keys.ts";
import { createLogGroup } from "./log-group.ts";
import type { JobQueue } from "./queue.ts";
import type { JobStorage } from "./storage.ts";

export interface JobApiArgs {
  config: Config;
  keys: Keys;
  queue: JobQueue;
  storage: JobStorage;
}

/** The HTTP API: one function for each operation, each with the rights of that operation alone. */
export class JobApi extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly functions: Record<"submit" | "status" | "upload", aws.lambda.Function>;

  constructor(name: string, args: JobApiArgs, options?: pulumi.ComponentResourceOptions) {
    super("sluice:index:JobApi", name, {}, options);
    const own = { parent: this };
    const api = createHttpApi(name, args.config, own);
    this.functions = {
      submit: submitFunction(`${name}-submit`, args, own),
      status: statusFunction(`${name}-status`, args, own),
      upload: uploadFunction(`${name}-upload`, args, own),
    };
    const routes = [
      addRoute(name, "POST /jobs", this.functions.submit, api, args.config, own),
      addRoute(name, "GET /jobs/{jobId}", this.functions.status, api, args.config, own),
      addRoute(name, "POST /uploads", this.functions.upload, api, args.config, own),
    ];
    createStage(name, api, args, { ...own, dependsOn: routes });
    this.id = api.id;
    this.url = api.apiEndpoint;
    this.registerOutputs({ url: this.url });
  }
}

function submitFunction(
  name: string,
  { config, keys, queue, storage }: JobApiArgs,
  options: pulumi.CustomResourceOptions,
) {
  const environment: VariablesOf<typeof submitEnvironment, pulumi.Input<string>> = {
    JOBS_TABLE_NAME: storage.table.name,
    QUEUE_URL: queue.queue.url,
    ARTIFACTS_BUCKET_NAME: storage.bucket.bucket,
    MAX_ATTEMPTS: String(config.maxAttempts),
    RETENTION_DAYS: String(config.retentionDays),
    TRACING: config.tracing ? "on" : "off",
  };
  return createFunction(
    name,
    {
      entry: "services/api/submit/handler.ts",
      description: "POST /jobs: keeps the job, queues its ticket, answers 202",
      environment,
      statements: [
        storage.writeJobs(),
        queue.send(),
        storage.writeObjects(objectPrefixes.payloads),
        ...keys.use("dynamodb", "sqs", "s3"),
      ],
      keys,
      timeoutSeconds: 15,
      memoryMegabytes: 512,
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
      description: "GET /jobs/{jobId}: where the job is and what came of it",
      environment,
      statements: [storage.readJobs(), storage.readObjects(objectPrefixes.results), ...keys.use("dynamodb", "s3")],
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

function createHttpApi(name: string, config: Config, options: pulumi.CustomResourceOptions) {
  return new aws.apigatewayv2.Api(
    name,
    {
      protocolType: "HTTP",
      description: "Sluice: jobs in, results out",
      ...(config.corsOrigins.length === 0
        ? {}
        : {
            corsConfiguration: {
              allowOrigins: config.corsOrigins,
              allowMethods: ["GET", "POST"],
              allowHeaders: ["authorization", "content-type", "idempotency-key", "x-amz-date", "x-amz-security-token"],
              maxAge: 3600,
            },
          }),
    },
    options,
  );
}

function addRoute(
  name: string,
  routeKey: string,
  handler: aws.lambda.Function,
  api: aws.apigatewayv2.Api,
  config: Config,
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
      authorizationType: config.auth === "iam" ? "AWS_IAM" : "NONE",
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
  const logGroup = createLogGroup(`${name}-access`, { config, keys }, options.parent ? { parent: options.parent } : {});
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
});
