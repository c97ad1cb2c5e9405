import { type Cloud, rootArn } from "../cloud.ts";
import { authorize } from "./authorize.ts";
import type { DynamoDb } from "./dynamodb.ts";
import { jsonEmulator, type ServiceEmulator } from "./gateway.ts";
import { neededPermission } from "./needed-permission.ts";

/** Puts the services' emulators behind the gateway, each behind the check of the caller's role. */
export function serveApis(cloud: Cloud, dynamoDb: DynamoDb): void {
  const emulators: Record<string, ServiceEmulator> = {
    sqs: jsonEmulator((call, signal) => cloud.sqs.handle(call.action, call.input, signal)),
    dynamodb: dynamoDb.emulator,
    s3: cloud.s3.emulator,
  };
  for (const [service, emulator] of Object.entries(emulators)) {
    cloud.gateway.emulators.set(service, async (call, http) => {
      if (call.caller.roleArn !== rootArn(cloud.place)) {
        const role = [...cloud.roles.values()].find(({ arn }) => arn === call.caller.roleArn);
        authorize(role?.statements ?? [], call, neededPermission(call, cloud.place));
      }
      await emulator(call, http);
    });
  }
}
