import { AwsError } from "../aws-error.ts";
import type { Call } from "./call.ts";
import { type Condition, conditionHolds, matches, type RequestContext } from "./conditions.ts";

/** One statement of a role's policy, as IAM reads it. */
export interface PolicyStatement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
  Condition?: Condition;
}

/** What a call needs in IAM's terms. */
export interface Permission {
  action: string;
  resource: string;
  /** What conditions may ask for. */
  context?: RequestContext;
}

/**
 * Refuses a call that the role's policies do not allow, as IAM would: an explicit Deny wins, silence refuses.
 * @throws AwsError AccessDenied naming role, action and resource
 */
export function authorize(statements: readonly PolicyStatement[], call: Call, permission: Permission): void {
  const decision = decide(statements, permission);
  if (decision === "allowed") return;
  throw new AwsError(
    call.service === "s3" ? "AccessDenied" : "AccessDeniedException",
    `${call.caller.roleArn} is not authorized to perform ${permission.action} on ${permission.resource}` +
      (decision === "denied" ? " with an explicit deny" : `: no policy of the role allows it${toBeTold(permission)}`),
    call.service === "sqs" || call.service === "dynamodb" ? 400 : 403,
  );
}

/** What statements say of a permission; "silent" refuses like "denied", which no other statement can outweigh. */
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

/** What conditions saw of the call, for whoever looks for the one that failed. */
function toBeTold({ context = {} }: Permission): string {
  return Object.keys(context).length === 0 ? "" : ` where ${JSON.stringify(context)}`;
}

function list(value: string | string[]): string[] {
  return Array.isArray(value) ? value : [value];
}
