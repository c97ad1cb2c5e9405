import { type ChildProcess, spawn } from "node:child_process";
import { AppError } from "../runtime/errors.ts";

/** A source of signals, such as `process`. */
export interface SignalSource {
  on(signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "disconnect", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "disconnect", listener: () => void): unknown;
}

/**
 * Runs Pulumi with this process's input and output and returns its exit code. The first interrupt makes Pulumi finish the
 * running operations and stop, the second makes it abort. The terminal sends Ctrl-C to Pulumi too, so it is not forwarded.
 */
export async function runPulumi(
  args: string[],
  options: { cwd: string; environment: NodeJS.ProcessEnv; signals: SignalSource; isTerminal: boolean },
): Promise<number> {
  const child = spawn("pulumi", args, { cwd: options.cwd, env: options.environment, stdio: "inherit" });
  let isInterrupted = false;
  const interrupt = () => {
    if (!isInterrupted) child.kill("SIGINT");
    isInterrupted = true;
  };
  const ignore = () => {};
  const onInterrupt = options.isTerminal ? ignore : interrupt;
  const listeners = [
    ["SIGINT", onInterrupt],
    ["SIGTERM", interrupt],
    ["SIGHUP", interrupt],
    ["disconnect", interrupt],
  ] as const;
  for (const [signal, listener] of listeners) options.signals.on(signal, listener);
  try {
    return await exitCodeOf(child);
  } finally {
    for (const [signal, listener] of listeners) options.signals.off(signal, listener);
  }
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on("error", (cause) =>
      reject(
        new AppError("no-pulumi", `Cannot start Pulumi (${cause.message}); npm run doctor says what is missing.`, {
          cause,
        }),
      ),
    );
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
