import type { Sqs } from "../sqs/sqs.ts";
import { authorize, type PolicyStatement } from "./authorize.ts";
import { type Gateway, jsonEmulator, type ServiceEmulator } from "./gateway.ts";
import { neededPermission, type Place } from "./needed-permission.ts";

export interface Role {
  arn: string;
  statements: PolicyStatement[];
}

/** The account itself, which may do everything. */
export function rootArn(place: Place): string {
  return `arn:aws:iam::${place.accountId}:root`;
}

/** Puts the services' emulators behind the gateway, each behind the check of the caller's role. */
export function serveApis(
  gateway: Gateway,
  emulators: { sqs: Sqs; dynamodb: ServiceEmulator; s3: ServiceEmulator },
  roles: ReadonlyMap<string, Role>,
  place: Place,
): void {
  const { sqs, dynamodb, s3 } = emulators;
  const serve = (service: string, emulator: ServiceEmulator) =>
    gateway.emulators.set(service, async (call, http) => {
      if (call.caller.roleArn !== rootArn(place)) {
        const role = [...roles.values()].find(({ arn }) => arn === call.caller.roleArn);
        authorize(role?.statements ?? [], call, neededPermission(call, place));
      }
      await emulator(call, http);
    });
  serve(
    "sqs",
    jsonEmulator((call, signal) => sqs.handle(call.action, call.input, signal)),
  );
  serve("dynamodb", dynamodb);
  serve("s3", s3);
}
