import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { MemoryBudget } from "../../contract/memory-budget.ts";

export interface LaunchOptions {
  /** The module a runner process executes. */
  entry: URL;
  /** Arguments of the module. */
  arguments: readonly string[];
  memory: MemoryBudget;
  /** The worker's environment, of which a runner gets a few variables. */
  environment: Record<string, string | undefined>;
}

/** Variables of the worker that a handler may know. Its credentials, endpoints and names of resources are not among them. */
const passedOn = ["PATH", "NODE_ENV", "LANG", "LC_ALL", "TZ", "SHARED_FOLDER"];

/**
 * Starts a runner as the leader of a process group. A shell starts first and then replaces itself by the runner. It makes the
 * runner the first process that the kernel kills when memory is short. It also starts a guard process in the group. When the
 * worker ends for any reason, the guard's input closes, and the guard kills the group, even if the handler spins or is suspended.
 */
export function launchRunner(options: LaunchOptions): ChildProcess {
  const { entry, environment, memory } = options;
  const command = [
    process.execPath,
    `--max-old-space-size=${memory.heapMegabytes}`,
    fileURLToPath(entry),
    ...options.arguments,
  ];
  // Windows has no such shell and no process groups. There a runner ends when it sees its channel closed.
  const [file = "", ...args] = isWindows ? command : ["/bin/sh", "-c", script, "sh", ...command];
  return spawn(file, args, {
    detached: !isWindows,
    env: Object.fromEntries(passedOn.flatMap((name) => (environment[name] ? [[name, environment[name]]] : []))),
    // Input, output, errors, the channel, and the guard's input.
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
}

/** Kills the runner and every process that is still in its group, including stopped ones. */
export function killRunner({ pid }: Pick<ChildProcess, "pid">): void {
  if (pid === undefined) return;
  try {
    process.kill(isWindows ? pid : -pid, "SIGKILL");
  } catch (error) {
    // The group is empty: ESRCH, or on macOS EPERM while its last processes are zombies.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

const isWindows = process.platform === "win32";

const script = [
  "{ echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null",
  "{ read -r end <&4; kill -KILL 0; } </dev/null >/dev/null 2>&1 3<&- &",
  // A lower priority than the worker's: handlers that use all CPU then delay neither heartbeats nor the start of other jobs.
  'command -v nice >/dev/null && set -- nice -n 10 "$@"',
  'exec "$@" 4<&-',
].join("\n");
