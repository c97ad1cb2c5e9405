import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { ApiRoute } from "../../contract/routes.ts";
import type { Config } from "../config.ts";

/** Authorization settings of a route. */
export interface RouteAuthorization {
  authorizationType: "AWS_IAM" | "JWT" | "NONE";
  authorizerId?: pulumi.Output<string>;
}

/** Creates the authorizer that the stack's `auth` needs. Returns the authorization settings of each route. */
export function createAuthorization(
  name: string,
  api: aws.apigatewayv2.Api,
  config: Config,
  options: pulumi.CustomResourceOptions,
): (route: ApiRoute) => RouteAuthorization {
  const authorization = authorizationFor(name, api, config, options);
  return ({ isPublic }) => (isPublic ? { authorizationType: "NONE" } : authorization);
}

function authorizationFor(
  name: string,
  api: aws.apigatewayv2.Api,
  config: Config,
  options: pulumi.CustomResourceOptions,
): RouteAuthorization {
  if (config.auth === "none") return { authorizationType: "NONE" };
  if (config.auth === "iam") return { authorizationType: "AWS_IAM" };
  const authorizer = new aws.apigatewayv2.Authorizer(
    `${name}-jwt`,
    {
      apiId: api.id,
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: config.jwtIssuer, audiences: config.jwtAudience },
    },
    options,
  );
  return { authorizationType: "JWT", authorizerId: authorizer.id };
}
