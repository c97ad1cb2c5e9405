import type { Registration } from "../../engine/registration.ts";
import { ofType, type Recorded } from "./record-program.ts";

/** Settings that turn several options on, for tests that share one recording of them. */
export const fullSettings = {
  "sluice:egress": "endpoints",
  "sluice:encryption": "customer-key",
  "sluice:exec": "true",
  "sluice:spotPercent": "70",
  "sluice:spotInstanceTypes": '["c7g.large"]',
};

export interface ReadStatement {
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** Inputs of the first resource of a type. */
export function first(recorded: Recorded, type: string): Registration["inputs"] {
  return ofType(recorded, type)[0]?.inputs ?? {};
}

export function container(recorded: Recorded): Record<string, unknown> {
  return JSON.parse(String(first(recorded, "aws:ecs/taskDefinition:TaskDefinition").containerDefinitions))[0];
}

export function agentSettings(recorded: Recorded): string {
  return Buffer.from(String(first(recorded, "aws:ec2/launchTemplate:LaunchTemplate").userData), "base64").toString();
}

export function statementsOf(recorded: Recorded, role: string): ReadStatement[] {
  const policy = ofType(recorded, "aws:iam/rolePolicy:RolePolicy").find(({ name }) => name === role);
  return JSON.parse(String(policy?.inputs.policy)).Statement;
}

export function actionsOf(recorded: Recorded, role: string): string[] {
  return statementsOf(recorded, role).flatMap(({ Action }) => Action);
}
