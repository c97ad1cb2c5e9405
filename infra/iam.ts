import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** One IAM policy statement: exact actions on exact resources. */
export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Action: string[];
  Resource: pulumi.Input<string>[];
  Condition?: Record<string, Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>;
}

export function allow(
  actions: string[],
  resources: pulumi.Input<string>[],
  condition?: Statement["Condition"],
): Statement {
  return { Effect: "Allow", Action: actions, Resource: resources, ...(condition ? { Condition: condition } : {}) };
}

/** Statement for a resource policy that denies requests without TLS. */
export function tlsOnly(action: string, resource: pulumi.Input<string> | pulumi.Input<string>[]) {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resource,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** A role that one AWS service can assume on behalf of this account, with an inline policy of the given statements. */
export function serviceRole(
  name: string,
  args: { service: string; statements: Statement[] },
  options: pulumi.CustomResourceOptions,
): { role: aws.iam.Role; policy: aws.iam.RolePolicy } {
  const role = roleOf(name, args.service, options);
  const policy = new aws.iam.RolePolicy(
    name,
    { role: role.id, policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: args.statements }) },
    options,
  );
  return { role, policy };
}

/** A role that one AWS service can assume on behalf of this account, without a policy. */
export function roleOf(name: string, service: string, options: pulumi.CustomResourceOptions): aws.iam.Role {
  return new aws.iam.Role(
    name,
    {
      assumeRolePolicy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { Service: service },
            ...(sendsSourceAccount(service) ? { Condition: sameAccount(options) } : {}),
          },
        ],
      }),
    },
    options,
  );
}

/**
 * These services assume roles without sending `aws:SourceAccount`, or AWS does not document that they send it. A role can only be
 * passed to a service by a principal of its own account.
 */
const silentServices = ["ec2", "lambda", "firehose", "sns", "backup"].map((service) => `${service}.amazonaws.com`);

function sendsSourceAccount(service: string): boolean {
  return !silentServices.includes(service);
}

function sameAccount(options: pulumi.CustomResourceOptions) {
  const account = aws.getCallerIdentityOutput({}, options.parent ? { parent: options.parent } : {});
  return { StringEquals: { "aws:SourceAccount": account.accountId } };
}
