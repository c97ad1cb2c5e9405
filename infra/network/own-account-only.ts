import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Endpoint policy: admits only principals and resources of this account. */
export function ownAccountOnly(
  options: pulumi.CustomResourceOptions,
  ...exceptions: Record<string, pulumi.Input<string>>[]
): pulumi.Output<string> {
  const account = aws.getCallerIdentityOutput({}, options).accountId;
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnAccount",
        Effect: "Allow",
        Principal: "*",
        Action: "*",
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalAccount": account, "aws:ResourceAccount": account } },
      },
      ...exceptions,
    ],
  });
}
