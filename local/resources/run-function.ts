import { availableParallelism } from "node:os";
import { AwsError } from "../aws-error.ts";
import type { Cloud } from "../cloud.ts";
import { arnOf } from "../gateway/account.ts";
import { authorize } from "../gateway/authorize.ts";
import { matches } from "../gateway/conditions.ts";
import { keysAsEnvironment } from "../gateway/credentials.ts";
import { type QueueMessage, startEventSourceMapping } from "../lambda/event-source-mapping.ts";
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
  cloud.functionRoles.set(arn, definition.roleArn);
}

export interface QueueMapping {
  eventSourceArn: string;
  functionName: string;
  batchSize: number;
  scalingConfig: { maximumConcurrency: number };
}

/**
 * Calls a function with the messages of a queue. Lambda receives and deletes them with the function's role.
 * @throws AwsError AccessDeniedException, as AWS does when the mapping is created
 */
export function mapQueueToFunction(cloud: Cloud, mapping: QueueMapping): void {
  const { eventSourceArn: queueArn, functionName, batchSize } = mapping;
  const functionArn = arnOf(cloud.place, "lambda", `function:${functionName}`);
  const running = functionAt(cloud, functionArn);
  const roleArn = cloud.functionRoles.get(functionArn) ?? "";
  const caller = { roleArn, holder: `function/${functionName}` };
  const role = [...cloud.roles.values()].find(({ arn }) => arn === roleArn);
  const name = queueArn.split(":").at(-1) ?? "";
  for (const action of ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]) {
    const call = { service: "sqs", action, caller, path: "/", input: {} };
    authorize(role?.statements ?? [], call, { action: `sqs:${action}`, resource: queueArn });
  }
  const stop = startEventSourceMapping({
    source: {
      queueArn,
      region: cloud.place.region,
      async receive(signal) {
        const poll = {
          QueueUrl: name,
          MaxNumberOfMessages: batchSize,
          WaitTimeSeconds: 20,
          MessageSystemAttributeNames: ["All"],
        };
        const { Messages = [] } = (await cloud.sqs.handle("ReceiveMessage", poll, signal)) as {
          Messages?: QueueMessage[];
        };
        return Messages;
      },
      async delete(ReceiptHandle) {
        await cloud.sqs.handle("DeleteMessage", { QueueUrl: name, ReceiptHandle }, new AbortController().signal);
      },
    },
    invoke: (event) => running.invoke(event),
    concurrency: Math.min(mapping.scalingConfig.maximumConcurrency, mostBatches),
    onProblem: (message) => cloud.log(`mapping/${functionName}`, message),
  });
  cloud.stopSchedules.push(stop);
}

/** Batches that a mapping delivers at once; each occupies a process. */
const mostBatches = 2;

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
