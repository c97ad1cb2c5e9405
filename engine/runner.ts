import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { systemClock } from "../runtime/clock.ts";
import { waitAtMost } from "../runtime/deadline.ts";
import type { Project } from "./project.ts";

export interface RunnerSettings {
  directory: string;
  project: Project;
  stack: string;
  preview: boolean;
  /** Address of the monitor and the engine. */
  address: string;
  /** The command that starts Node, with its options. */
  node: readonly [string, ...string[]];
}

/** A running program. */
export interface Runner {
  /** Resolves with a description of its end, `ended with code 0` for success, after its last lines were read. Never rejects. */
  exited: Promise<string>;
  /** Stops it. Does nothing after its end. */
  kill: () => void;
}

export type StartRunner = (settings: RunnerSettings, onLine: OnLine) => Runner;

export type OnLine = (stream: "stdout" | "stderr", line: string) => void;

/** Starts the program with the SDK's launcher, as the CLI does. */
export function startRunner(settings: RunnerSettings, onLine: OnLine): Runner {
  const { workingDirectory, nodeArguments } = settings.project;
  const [node, ...ownSwitches] = settings.node;
  // From the program's own copy of the SDK, whose version is pinned, because the launcher is not a public interface.
  const launcher = createRequire(join(workingDirectory, "index.js")).resolve("@pulumi/pulumi/cmd/run/index.js");
  const switches = [
    ...ownSwitches,
    ...nodeArguments,
    "--import",
    new URL("./exit-with-parent.mjs", import.meta.url).href,
  ];
  const child = spawn(node, [...switches, launcher, ...launcherArguments(settings)], {
    cwd: workingDirectory,
    env: { ...runnerEnvironment(settings.project), NODE_COMPILE_CACHE: compileCache(launcher) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  return { exited: waitForExit(child, onLine), kill: () => child.kill("SIGKILL") };
}

function launcherArguments(settings: RunnerSettings): string[] {
  const { main, workingDirectory } = settings.project;
  return [
    ...["--organization", "organization"],
    ...["--project", settings.project.name],
    ...["--stack", settings.stack],
    ...["--root-directory", settings.directory],
    ...["--pwd", workingDirectory],
    ...["--monitor", settings.address],
    ...["--engine", settings.address],
    // With 1, the SDK sends one request at a time.
    ...["--parallel", "16"],
    ...(settings.preview ? ["--dry-run"] : []),
    // The same names as from the CLI: in a folder, the launcher finds the entry itself.
    main === workingDirectory ? "." : basename(main),
  ];
}

/** Loading the SDK and its packages takes most of a run. Node's compile cache shortens it by a third. */
function compileCache(launcher: string): string {
  return process.env.NODE_COMPILE_CACHE ?? resolve(launcher, "../../../../../.cache/node-compile");
}

function runnerEnvironment(project: Project): NodeJS.ProcessEnv {
  // The settings of a surrounding Pulumi must not reach the program.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("PULUMI_") && name !== "TRACEPARENT",
  );
  return {
    ...Object.fromEntries(inherited),
    PULUMI_CONFIG: JSON.stringify(project.config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(project.secretKeys),
    // Otherwise the launcher loads ts-node, as it does for `runtime.options.typescript`, which defaults to true.
    PULUMI_NODEJS_TYPESCRIPT: "false",
  };
}

async function waitForExit(child: ChildProcess, onLine: OnLine): Promise<string> {
  const lines = Promise.all([
    child.stdout && readLines(child.stdout, (line) => onLine("stdout", line)),
    child.stderr && readLines(child.stderr, (line) => onLine("stderr", line)),
  ]);
  const ending = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`));
  });
  // A process that the program left behind may keep its output open forever.
  await waitAtMost(systemClock, 500, lines);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return ending;
}

function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    createInterface({ input: stream }).on("line", onLine).once("close", resolve);
  });
}
