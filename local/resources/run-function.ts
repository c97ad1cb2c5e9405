import { availableParallelism } from "node:os";
import { AwsError } from "../aws-error.ts";
import type { Cloud } from "../cloud.ts";
import { matches } from "../gateway/conditions.ts";
import { keysAsEnvironment } from "../gateway/credentials.ts";
import { RunningFunction } from "../lambda/function.ts";

/** The most environments of one function. A request that waits for its job occupies one. */
const mostEnvironments = 16;

export interface FunctionDefinition {
  directory: string;
  handler: string;
  variables: Record<string, string>;
  roleArn: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  reservedConcurrency: number | undefined;
}

/** Creates the function. Its first event starts its first environment. */
export function runFunction(cloud: Cloud, arn: string, name: string, definition: FunctionDefinition): void {
  const holder = `function/${name}`;
  const running = new RunningFunction({
    name,
    directory: definition.directory,
    handler: definition.handler,
    timeoutSeconds: definition.timeoutSeconds,
    memoryMegabytes: definition.memoryMegabytes,
    maxEnvironments: mostEnvironments,
    // More would only compete for the processors while they start.
    startAtOnce: availableParallelism(),
    reservedConcurrency: definition.reservedConcurrency,
    clock: cloud.options.clock,
    processes: cloud.options.processes,
    onLine: (line) => cloud.log(holder, line),
    onResult: ({ ok }) =>
      cloud.cloudWatch.putCounts("AWS/Lambda", { FunctionName: name }, { Invocations: 1, Errors: ok ? 0 : 1 }, 0),
    environment: () => ({
      ...definition.variables,
      AWS_REGION: cloud.place.region,
      AWS_ENDPOINT_URL: cloud.gateway.endpoint,
      ...keysAsEnvironment(cloud.credentials.issue({ roleArn: definition.roleArn, holder })),
    }),
  });
  cloud.functions.set(arn, running);
}

/** Calls a function on behalf of another AWS service, if a permission of the function allows it. */
export function invokeAsService(
  cloud: Cloud,
  functionArn: string,
  event: unknown,
  caller: { principal: string; sourceArn: string },
) {
  const name = functionArn.split(":").at(-1);
  const isAllowed = cloud.permissions.some(
    ({ functionName, principal, sourceArn }) =>
      functionName === name && principal === caller.principal && matches(sourceArn, caller.sourceArn),
  );
  if (!isAllowed) {
    throw new AwsError(
      "AccessDenied",
      `${caller.principal} may not call ${name} for ${caller.sourceArn}: no aws:lambda:Permission allows it`,
      403,
    );
  }
  return functionAt(cloud, functionArn).invoke(event);
}

export function functionAt(cloud: Cloud, arn: string) {
  const running = cloud.functions.get(arn);
  if (!running) throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
  return running;
}
