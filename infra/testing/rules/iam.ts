import { allowing, input, type PolicyStatement, principals, rewriting, setting, statements } from "./reading.ts";
import type { Rule } from "./rule.ts";
import { wildcards } from "./wildcards.ts";

const role = "aws:iam/role:Role";
const policy = "aws:iam/rolePolicy:RolePolicy";

/** With these one gives oneself or others more rights. From checkov's and cloudsplaining's lists, for the services around. */
const escalating = [
  "iam:PassRole",
  "iam:CreatePolicyVersion",
  "iam:SetDefaultPolicyVersion",
  "iam:CreateAccessKey",
  "iam:AttachRolePolicy",
  "iam:PutRolePolicy",
  "iam:UpdateAssumeRolePolicy",
  "lambda:UpdateFunctionCode",
  "sts:AssumeRole",
];
const exposing = [
  "ecr:GetAuthorizationToken",
  "iam:CreateAccessKey",
  "iam:CreateLoginProfile",
  "sts:AssumeRole",
  "sts:GetFederationToken",
  "sts:GetSessionToken",
];
const carryingAway = [
  "s3:GetObject",
  "ssm:GetParameter",
  "ssm:GetParameters",
  "secretsmanager:GetSecretValue",
  "dynamodb:Scan",
  "sqs:ReceiveMessage",
];
const permitting =
  /^(iam:.*(Policy|Role|Permission)|kms:(CreateGrant|PutKeyPolicy)|lambda:AddPermission|s3:Put.*(Acl|Policy)|sns:(Add|Remove)Permission|sqs:(Add|Remove)Permission|ecr:SetRepositoryPolicy)/;
const reading = /^[a-z0-9-]+:(Get|List|Describe|BatchGet|Query|Scan)/;

export const iamRules: Rule[] = [
  {
    ids: ["CKV_AWS_60", "CKV_AWS_61"],
    says: "is taken on by one service, and by nobody in any other way",
    types: [role],
    holds: (resource) => {
      const [statement, ...others] = statements(resource, "assumeRolePolicy");
      return (
        others.length === 0 &&
        statement !== undefined &&
        statement.Action.join() === "sts:AssumeRole" &&
        principals(statement).length === 1 &&
        /^[a-z0-9-]+\.amazonaws\.com$/.test(principals(statement).join())
      );
    },
    spoil: rewriting("assumeRolePolicy", (found) =>
      found.map((statement) => ({ ...statement, Principal: { AWS: "*" } })),
    ),
  },
  {
    ids: ["sluice-trust-source-account"],
    says: "is taken on for this account only, where the service says for which it acts",
    types: [role],
    holds: (resource) =>
      statements(resource, "assumeRolePolicy").every(
        (statement) =>
          principals(statement).every((service) => silentServices.includes(service)) ||
          statement.Condition?.StringEquals?.["aws:SourceAccount"] !== undefined,
      ),
    spoil: rewriting("assumeRolePolicy", (found) =>
      found.map(({ Condition, ...statement }) => ({ ...statement, Principal: { Service: "ecs-tasks.amazonaws.com" } })),
    ),
  },
  {
    ids: ["AwsSolutions-IAM4", "iam-role-no-policy-management-conflicts"],
    says: "has its rights from policies of the stack's own, none within it and none of AWS's",
    types: [role],
    holds: (resource, program) =>
      ["managedPolicyArns", "inlinePolicies"].every((name) => input(resource, name) === undefined) &&
      !program.registrations.some(({ type }) => /^aws:iam\/(rolePolicyAttachment|policyAttachment)/.test(type)),
    spoil: setting("managedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
  },
  onAllowed(
    ["CKV_AWS_49", "CKV_AWS_63", "CKV_AWS_274", "AwsSolutions-IAM5"],
    "names each action in full",
    ({ Action }) => Action.every((action) => /^[a-z0-9-]+:[A-Za-z]+$/.test(action)),
    { Action: ["s3:*"] },
  ),
  onAllowed(
    ["CKV_AWS_355", "CKV_AWS_356"],
    "names each resource, or stands in the list of those that cannot",
    (statement) => !onEverything(statement) || statement.Action.every((action) => action in wildcards),
    { Action: ["sqs:SendMessage"], Resource: ["*"] },
  ),
  onAllowed(
    ["sluice-resources-in-full"],
    "names resources by ARNs without a wildcard but at their end",
    ({ Resource }) => Resource.every((resource) => resource === "*" || /^arn:aws:[^*]+\*?$/.test(resource)),
    { Resource: ["arn:aws:s3:::*/private"] },
  ),
  onAllowed(
    ["sluice-service-keeps-its-family"],
    "gives a service task definitions of its own family only, if it may update one",
    ({ Action, Condition }) =>
      !Action.includes("ecs:UpdateService") ||
      /[^*]:\*$/.test(String(Condition?.ArnLikeIfExists?.["ecs:task-definition"])),
    { Action: ["ecs:UpdateService"] },
  ),
  freely(
    ["CKV_AWS_286", "CKV_AWS_110"],
    "gives itself more rights",
    (action) => escalating.includes(action),
    "iam:PassRole",
  ),
  freely(["CKV_AWS_287", "CKV_AWS_107"], "gets credentials", (action) => exposing.includes(action), "sts:AssumeRole"),
  freely(["CKV_AWS_288", "CKV_AWS_108"], "reads data", (action) => carryingAway.includes(action), "s3:GetObject"),
  freely(
    ["CKV_AWS_289", "CKV_AWS_109"],
    "gives rights to others",
    (action) => permitting.test(action),
    "iam:PutRolePolicy",
  ),
  freely(["CKV_AWS_290", "CKV_AWS_111"], "writes", (action) => !reading.test(action), "s3:PutObject"),
];

/** EC2 and Lambda take roles on without naming the account they act for; of the others AWS does not say that they name it. */
const silentServices = ["ec2", "lambda", "firehose", "sns", "backup"].map((service) => `${service}.amazonaws.com`);

function onAllowed(
  ids: string[],
  says: string,
  holds: (statement: PolicyStatement) => boolean,
  spoilt: Partial<PolicyStatement>,
): Rule {
  return {
    ids,
    says,
    types: [policy],
    holds: (resource) => allowing(statements(resource)).every(holds),
    spoil: rewriting("policy", (found) => [
      ...found,
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::x"], ...spoilt },
    ]),
  };
}

/** Everywhere, and under no condition. */
function freely(ids: string[], does: string, isSuch: (action: string) => boolean, example: string): Rule {
  return onAllowed(
    ids,
    `${does} on what it names only, or on a condition`,
    (statement) => !onEverything(statement) || statement.Condition !== undefined || !statement.Action.some(isSuch),
    { Action: [example], Resource: ["*"] },
  );
}

function onEverything({ Resource }: PolicyStatement): boolean {
  return Resource.includes("*");
}
