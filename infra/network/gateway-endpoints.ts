import * as aws from "@pulumi/aws";
import type * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { ownAccountOnly } from "./own-account-only.ts";

export interface GatewayEndpoints {
  s3: aws.ec2.VpcEndpoint;
  dynamodb: aws.ec2.VpcEndpoint;
}

/** Gateway endpoints for S3 (image layers too) and DynamoDB. They are free; NAT charges per GB. */
export function createGatewayEndpoints(
  name: string,
  vpc: awsx.ec2.Vpc,
  { egress }: Pick<Config, "egress">,
  options: pulumi.CustomResourceOptions,
): GatewayEndpoints {
  const region = aws.getRegionOutput({}, options).region;
  const routeTableIds = vpc.routeTables.apply((tables) => pulumi.all(tables.map(({ id }) => id)));
  const create = (service: string, policy: pulumi.Output<string>) =>
    new aws.ec2.VpcEndpoint(
      `${name}-${service}`,
      {
        vpcId: vpc.vpcId,
        serviceName: pulumi.interpolate`com.amazonaws.${region}.${service}`,
        vpcEndpointType: "Gateway",
        routeTableIds,
        // With NAT, jobs may read buckets of other accounts, and that traffic uses this endpoint: so no policy.
        ...(egress === "endpoints" ? { policy } : {}),
      },
      options,
    );
  return {
    s3: create("s3", ownAccountOnly(options, imageLayers(region))),
    dynamodb: create("dynamodb", ownAccountOnly(options)),
  };
}

/** ECR hands out signed addresses in a bucket of its own. https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html */
function imageLayers(region: pulumi.Output<string>) {
  return {
    Sid: "ImageLayers",
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: pulumi.interpolate`arn:aws:s3:::prod-${region}-starport-layer-bucket/*`,
  };
}
