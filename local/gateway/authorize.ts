import { AwsError } from "../aws-error.ts";
import type { Call } from "./call.ts";
import { type Condition, conditionHolds, matches, type RequestContext } from "./conditions.ts";

/** One statement of an IAM policy. */
export interface PolicyStatement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
  Condition?: Condition;
}

/** A permission that a call needs, in IAM's terms. */
export interface Permission {
  action: string;
  resource: string;
  /** Values of condition keys. */
  context?: RequestContext;
}

/**
 * Refuses a call that the role's policies do not allow. As in IAM, an explicit Deny wins and no statement means no.
 * @throws AwsError AccessDenied, which names role, action and resource
 */
export function authorize(statements: readonly PolicyStatement[], call: Call, permission: Permission): void {
  const decision = decide(statements, permission);
  if (decision === "allowed") return;
  throw new AwsError(
    call.service === "s3" ? "AccessDenied" : "AccessDeniedException",
    `${call.caller.roleArn} is not authorized to perform ${permission.action} on ${permission.resource}` +
      (decision === "denied"
        ? " with an explicit deny"
        : `: no policy of the role allows it${describeContext(permission)}`),
    call.service === "sqs" || call.service === "dynamodb" ? 400 : 403,
  );
}

/**
 * Evaluates statements for a permission. "silent" refuses as well, but a statement of another policy could still allow
 * it.
 */
export function decide(
  statements: readonly PolicyStatement[],
  permission: Permission,
): "allowed" | "denied" | "silent" {
  const fitting = statements.filter(
    (statement) =>
      list(statement.Action).some((pattern) => matches(pattern.toLowerCase(), permission.action.toLowerCase())) &&
      list(statement.Resource).some((pattern) => matches(pattern, permission.resource)) &&
      conditionHolds(statement.Condition ?? {}, permission.context ?? {}),
  );
  if (fitting.length === 0) return "silent";
  return fitting.some((statement) => statement.Effect === "Deny") ? "denied" : "allowed";
}

/** The condition keys of the call, which help to find the condition that failed. */
function describeContext({ context = {} }: Permission): string {
  return Object.keys(context).length === 0 ? "" : ` where ${JSON.stringify(context)}`;
}

function list(value: string | string[]): string[] {
  return Array.isArray(value) ? value : [value];
}
