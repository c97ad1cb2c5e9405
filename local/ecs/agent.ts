import * as z from "zod";
import { jsonOrUndefined } from "../../runtime/json-or-undefined.ts";
import { defaults } from "../../simulator/model/capacity/parameters.ts";
import type { ProtectionRefusal, Service } from "./service.ts";
import type { Task } from "./task.ts";

export interface AgentAnswer {
  status: number;
  body: object;
}

/** The part of a service that the agent endpoint uses. */
export type ProtectableTasks = Pick<Service, "task" | "isProtected" | "protect" | "unprotect">;

/** Field names in any case, because the agent is written in Go. */
const requestSchema = z.preprocess(
  withLowerCaseNames,
  z.strictObject({ protectionenabled: z.boolean().nullish(), expiresinminutes: z.int().nullish() }),
);

/**
 * Answers requests of a task to ECS_AGENT_URI, as the ECS agent does:
 * https://github.com/aws/amazon-ecs-agent/blob/master/ecs-agent/tmds/handlers/taskprotection/v1/handlers/handlers.go
 */
export function handleAgentRequest(
  service: ProtectableTasks,
  taskId: string,
  method: string,
  path: string,
  body: string,
): AgentAnswer {
  if (path !== "/task-protection/v1/state")
    return refusal(404, "ResourceNotFoundException", `There is nothing at ${path}`);
  const task = service.task(taskId);
  if (!task) return refusal(404, "ResourceNotFoundException", "Failed to find a task for the request");
  if (method === "GET") return failureOf(task) ?? protectionOf(service, task);
  if (method === "PUT") return updateProtection(service, task, body);
  return refusal(405, "InvalidParameterException", `expected GET or PUT; came ${method}`);
}

function updateProtection(service: ProtectableTasks, task: Task, body: string): AgentAnswer {
  const request = requestSchema.safeParse(jsonOrUndefined(body));
  const code = "InvalidParameterException";
  if (!request.success) return refusal(400, code, "UpdateTaskProtection: failed to decode request");

  const { protectionenabled: isEnabled, expiresinminutes: minutes } = request.data;
  if (typeof isEnabled !== "boolean") {
    return refusal(400, code, "Invalid request: does not contain 'ProtectionEnabled' field", task.arn);
  }
  const { protectionMinimumMinutes: least, protectionMaximumMinutes: most } = defaults;
  if (isEnabled && minutes != null && (minutes < least || minutes > most)) {
    return refusal(400, code, `ExpiresInMinutes is to be from ${least} to ${most}; came ${minutes}`, task.arn);
  }
  const failure = failureOf(task);
  if (failure) return failure;
  const refused = isEnabled ? service.protect(task.id, minutes ?? undefined) : undefined;
  if (refused) return failed(task, refused);
  if (!isEnabled) service.unprotect(task.id);
  return protectionOf(service, service.task(task.id) ?? task);
}

function protectionOf(service: ProtectableTasks, task: Task): AgentAnswer {
  const isEnabled = service.isProtected(task.id);
  const expiresAt = isEnabled ? task.protection?.expiresAt : undefined;
  const expirationDate = expiresAt === undefined ? null : new Date(expiresAt).toISOString();
  return {
    status: 200,
    body: { protection: { ExpirationDate: expirationDate, ProtectionEnabled: isEnabled, TaskArn: task.arn } },
  };
}

/** A stopping task cannot be protected. AWS does not document the reason code. */
function failureOf(task: Task): AgentAnswer | undefined {
  return task.desiredStatus === "RUNNING" ? undefined : failed(task, "TASK_NOT_VALID");
}

/** The agent answers with status 200 when ECS refuses a single task. */
function failed(task: Task, reason: ProtectionRefusal): AgentAnswer {
  return { status: 200, body: { failure: { Arn: task.arn, Detail: null, Reason: reason } } };
}

function refusal(status: number, code: string, message: string, arn?: string): AgentAnswer {
  return { status, body: { error: { ...(arn ? { Arn: arn } : {}), Code: code, Message: message } } };
}

function withLowerCaseNames(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, content]) => [name.toLowerCase(), content]));
}
