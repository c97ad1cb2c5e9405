import type { Exit } from "../processes/spawn-group.ts";
import type { FunctionError } from "./invoke-result.ts";

/** What AWS answers, and writes to the log, when a handler takes longer than its function may. */
export function timedOut(requestId: string, seconds: number): FunctionError {
  const message = `Task timed out after ${seconds.toFixed(2)} seconds`;
  return { errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: ${message}` };
}

/** What AWS answers, and writes to the log, when the process ends in the middle of an event. */
export function exited(requestId: string, exit: Exit): FunctionError {
  return { errorType: "Runtime.ExitError", errorMessage: `RequestId: ${requestId} Error: ${describeExit(exit)}` };
}

function describeExit({ code, signal }: Exit): string {
  if (signal) return `Runtime exited with error: signal: ${signalTexts[signal] ?? signal}`;
  return code ? `Runtime exited with error: exit status ${code}` : "Runtime exited without providing a reason";
}

/** As Go names them, in which AWS's supervisor is written. */
const signalTexts: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
};
