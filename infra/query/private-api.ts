import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { privateQueryPath, privateQueryStage } from "../../contract/query.ts";
import type { Config } from "../config.ts";
import type { Network } from "../network.ts";
import type { QuerySecurityGroups } from "./security-groups.ts";

export interface PrivateApiArgs {
  config: Config;
  network: Network;
  groups: Pick<QuerySecurityGroups, "endpoint">;
  handler: aws.lambda.Function;
}

/** A REST API that only a VPC endpoint reaches, with one method: POST /query. Callers sign with IAM. */
export class PrivateApi {
  readonly endpoint: aws.ec2.VpcEndpoint;
  readonly api: aws.apigateway.RestApi;
  readonly integration: aws.apigateway.Integration;
  readonly methodArn: pulumi.Output<string>;
  readonly config: Config;

  constructor(name: string, { config, network, groups, handler }: PrivateApiArgs, own: pulumi.CustomResourceOptions) {
    this.config = config;
    this.endpoint = createEndpoint(name, network, groups, own);
    this.api = new aws.apigateway.RestApi(
      name,
      {
        description: "Sluice: jobs of an owner, for the query service",
        endpointConfiguration: { types: "PRIVATE", vpcEndpointIds: [this.endpoint.id] },
      },
      own,
    );
    const resource = new aws.apigateway.Resource(
      name,
      { restApi: this.api.id, parentId: this.api.rootResourceId, pathPart: privateQueryPath },
      own,
    );
    const method = new aws.apigateway.Method(
      name,
      { restApi: this.api.id, resourceId: resource.id, httpMethod: "POST", authorization: "AWS_IAM" },
      own,
    );
    this.integration = new aws.apigateway.Integration(
      name,
      {
        restApi: this.api.id,
        resourceId: resource.id,
        httpMethod: method.httpMethod,
        type: "AWS_PROXY",
        integrationHttpMethod: "POST",
        uri: handler.invokeArn,
        timeoutMilliseconds: 5_000,
      },
      own,
    );
    this.methodArn = pulumi.interpolate`${this.api.executionArn}/${privateQueryStage}/POST/${privateQueryPath}`;
    new aws.lambda.Permission(
      name,
      {
        action: "lambda:InvokeFunction",
        function: handler.name,
        principal: "apigateway.amazonaws.com",
        sourceArn: this.methodArn,
      },
      own,
    );
  }

  /**
   * The URL by the endpoint's alias, which resolves without private DNS.
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
   */
  urlOf(stage: aws.apigateway.Stage): pulumi.Output<string> {
    return pulumi
      .all([stage.invokeUrl, this.api.id, this.endpoint.id])
      .apply(
        ([url, apiId, endpointId]) => `${url.replace(`//${apiId}.`, `//${apiId}-${endpointId}.`)}/${privateQueryPath}`,
      );
  }
}

/**
 * Without private DNS: with it, hosts of the VPC could no longer call public APIs, such as the stack's own HTTP API, by their
 * default names. https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
 */
function createEndpoint(
  name: string,
  network: Network,
  { endpoint }: Pick<QuerySecurityGroups, "endpoint">,
  own: pulumi.CustomResourceOptions,
): aws.ec2.VpcEndpoint {
  const region = aws.getRegionOutput({}, own.parent ? { parent: own.parent } : {}).region;
  const account = aws.getCallerIdentityOutput({}, own.parent ? { parent: own.parent } : {}).accountId;
  return new aws.ec2.VpcEndpoint(
    name,
    {
      vpcId: network.vpcId,
      serviceName: pulumi.interpolate`com.amazonaws.${region}.execute-api`,
      vpcEndpointType: "Interface",
      subnetIds: network.privateSubnetIds,
      securityGroupIds: [endpoint.id],
      privateDnsEnabled: false,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: "execute-api:Invoke",
            Resource: pulumi.interpolate`arn:aws:execute-api:${region}:${account}:*/${privateQueryStage}/POST/${privateQueryPath}`,
            Condition: { StringEquals: { "aws:PrincipalAccount": account } },
          },
        ],
      }),
    },
    own,
  );
}

/**
 * Admits the task's role through the endpoint, and deploys the API. A resource policy that admitted everybody would make the
 * caller's own policy irrelevant: in one account either of the two is enough. A private API cannot be deployed without one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function admitTask(
  name: string,
  { api, endpoint, integration, methodArn, config }: PrivateApi,
  role: aws.iam.Role,
  own: pulumi.CustomResourceOptions,
): aws.apigateway.Stage {
  const policy = new aws.apigateway.RestApiPolicy(
    name,
    {
      restApiId: api.id,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "execute-api:Invoke",
            Resource: pulumi.interpolate`${api.executionArn}/*`,
            Condition: { StringNotEquals: { "aws:SourceVpce": endpoint.id } },
          },
          { Effect: "Allow", Principal: { AWS: role.arn }, Action: "execute-api:Invoke", Resource: methodArn },
        ],
      }),
    },
    own,
  );
  const deployment = new aws.apigateway.Deployment(
    name,
    {
      restApi: api.id,
      // API Gateway serves a deployment, not the API's current definition: a changed policy or method needs another one.
      triggers: {
        definition: pulumi
          .all([policy.policy, integration.uri, endpoint.id])
          .apply((parts) => createHash("sha256").update(JSON.stringify(parts)).digest("hex")),
      },
    },
    { ...own, dependsOn: [policy, integration] },
  );
  const stage = new aws.apigateway.Stage(
    name,
    {
      restApi: api.id,
      deployment: deployment.id,
      stageName: privateQueryStage,
      xrayTracingEnabled: config.tracing,
    },
    own,
  );
  new aws.apigateway.MethodSettings(
    name,
    {
      restApi: api.id,
      stageName: stage.stageName,
      methodPath: "*/*",
      settings: { metricsEnabled: true, dataTraceEnabled: false, throttlingRateLimit: 500, throttlingBurstLimit: 250 },
    },
    own,
  );
  return stage;
}
