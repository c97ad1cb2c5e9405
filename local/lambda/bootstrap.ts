/**
 * Runs in an execution environment in place of AWS's runtime: loads the handler and runs it for one event at a time.
 * The process ends when the cloud does, because its channel closes.
 */
import { flushCompileCache } from "node:module";
import type { Context } from "aws-lambda";
import { systemClock } from "../../runtime/clock.ts";
import type { Answer, FunctionError, Invocation } from "./invocation.ts";
import { type Handler, loadHandler, RuntimeError } from "./load-handler.ts";

/** The exit codes of AWS's runtime. */
const exitCodes = { init: 1, unhandledRejection: 128, uncaughtException: 129 };

let requestId: string | undefined;

process.on("disconnect", () => process.exit());
process.on("uncaughtException", (error) => crash(error, "Uncaught Exception", exitCodes.uncaughtException));
process.on("unhandledRejection", (reason) => {
  const error = new RuntimeError("UnhandledPromiseRejection", String(reason), reason);
  crash(error, "Unhandled Promise Rejection", exitCodes.unhandledRejection);
});

// Lambda's own environment has no such variable.
delete process.env.NODE_COMPILE_CACHE;
const { LAMBDA_TASK_ROOT: root = "", _HANDLER: name = "" } = process.env;
await loadHandler(root, name).then(serve, (thrown) => crash(thrown, "Uncaught Exception", exitCodes.init));

function serve(handler: Handler): void {
  process.on("message", (invocation: Invocation) => void handle(handler, invocation));
  // An environment is killed in the end, and a killed process writes no cache.
  flushCompileCache();
  answer({ kind: "ready" });
}

async function handle(handler: Handler, invocation: Invocation): Promise<void> {
  requestId = invocation.requestId;
  try {
    const result = await handler(JSON.parse(invocation.event), createContext(invocation));
    answer({ kind: "succeeded", result: stringify(result) });
  } catch (thrown) {
    answer({ kind: "failed", error: log(thrown, "Invoke Error") });
  }
}

/** The context that Node 24 handlers receive. What stays the same between invocations comes from the environment's variables. */
function createContext(
  invocation: Invocation,
): Omit<Context, "callbackWaitsForEmptyEventLoop" | "done" | "fail" | "succeed"> {
  const deadline = systemClock.now() + invocation.remainingMilliseconds;
  const { env } = process;
  const { AWS_LAMBDA_FUNCTION_NAME: functionName = "" } = env;
  return {
    awsRequestId: invocation.requestId,
    functionName,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION ?? "",
    // The account id is not known here; no function of Sluice reads it.
    invokedFunctionArn: `arn:aws:lambda:${env.AWS_REGION ?? ""}:000000000000:function:${functionName}`,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? "",
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME ?? "",
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME ?? "",
    getRemainingTimeInMillis: () => Math.max(0, deadline - systemClock.now()),
  };
}

function stringify(result: unknown): string {
  try {
    return JSON.stringify(result ?? null) ?? "null";
  } catch (thrown) {
    throw new RuntimeError("MarshalError", "Unable to stringify response body", thrown);
  }
}

function crash(thrown: unknown, what: string, exitCode: number): void {
  answer({ kind: "crashed", error: log(thrown, what) }, () => process.exit(exitCode));
}

/** Writes a line in the format of AWS's runtime. */
function log(thrown: unknown, what: string): FunctionError {
  const error = describeError(thrown);
  const { trace: stack, ...rest } = error;
  const time = new Date(systemClock.now()).toISOString();
  console.error(`${time}\t${requestId}\tERROR\t${what} \t${JSON.stringify({ ...rest, stack })}`);
  return error;
}

/** A thrown value as AWS reports it. */
function describeError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack?.split("\n") ?? [] };
}

/** If the cloud has ended, the answer is lost and this process ends as well. */
function answer(message: Answer, onSent: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, onSent);
}
