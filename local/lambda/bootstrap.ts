/**
 * Runs inside an environment, in the place of AWS's runtime: loads the handler and runs it for one event at a time. It
 * ends with the cloud, whose end closes the channel.
 */
import { systemClock } from "../../runtime/clock.ts";
import { createContext } from "./context.ts";
import { describeError, RuntimeError } from "./describe-error.ts";
import type { FunctionError } from "./invoke-result.ts";
import { type Handler, loadHandler } from "./load-handler.ts";
import type { Answer, Invocation } from "./messages.ts";

/** The exit codes of AWS's runtime. */
const exitCodes = { init: 1, unhandledRejection: 128, uncaughtException: 129 };

let requestId: string | undefined;

process.on("disconnect", () => process.exit());
process.on("uncaughtException", (error) => crash(error, "Uncaught Exception", exitCodes.uncaughtException));
process.on("unhandledRejection", (reason) => {
  const error = new RuntimeError("UnhandledPromiseRejection", String(reason), reason);
  crash(error, "Unhandled Promise Rejection", exitCodes.unhandledRejection);
});

const { LAMBDA_TASK_ROOT: root = "", _HANDLER: name = "" } = process.env;
await loadHandler(root, name).then(serve, (thrown) => crash(thrown, "Uncaught Exception", exitCodes.init));

function serve(handler: Handler): void {
  process.on("message", (invocation: Invocation) => void handle(handler, invocation));
  answer({ kind: "ready" });
}

async function handle(handler: Handler, invocation: Invocation): Promise<void> {
  requestId = invocation.requestId;
  try {
    const result = await handler(JSON.parse(invocation.event), createContext(invocation, process.env, systemClock));
    answer({ kind: "succeeded", result: stringify(result) });
  } catch (thrown) {
    answer({ kind: "failed", error: log(thrown, "Invoke Error") });
  }
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

/** In the form of AWS's runtime. */
function log(thrown: unknown, what: string): FunctionError {
  const error = describeError(thrown);
  const { trace: stack, ...rest } = error;
  const time = new Date(systemClock.now()).toISOString();
  console.error(`${time}\t${requestId}\tERROR\t${what} \t${JSON.stringify({ ...rest, stack })}`);
  return error;
}

/** When the cloud is gone nobody hears it, and this process ends with the channel. */
function answer(message: Answer, onSent: () => void = () => {}): void {
  process.send?.(message, undefined, undefined, onSent);
}
