import type { Context } from "aws-lambda";
import type { Clock } from "../../runtime/clock.ts";
import type { Invocation } from "./messages.ts";

/** What a handler of Node 24 gets beside the event. */
export type HandlerContext = Omit<Context, "callbackWaitsForEmptyEventLoop" | "done" | "fail" | "succeed">;

/** The context of one invocation; what does not change with it is read from the environment's variables. */
export function createContext(invocation: Invocation, variables: NodeJS.ProcessEnv, clock: Clock): HandlerContext {
  const deadline = clock.now() + invocation.remainingMilliseconds;
  const { AWS_LAMBDA_FUNCTION_NAME: name = "", AWS_LAMBDA_FUNCTION_VERSION: version = "" } = variables;
  return {
    awsRequestId: invocation.requestId,
    functionName: name,
    functionVersion: version,
    // Whose account it is makes no difference here, and nothing tells.
    invokedFunctionArn: `arn:aws:lambda:${variables.AWS_REGION ?? ""}:000000000000:function:${name}`,
    memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? "",
    logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME ?? "",
    logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME ?? "",
    getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()),
  };
}
