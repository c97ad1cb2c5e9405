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
  /** Where the monitor and the engine listen. */
  address: string;
  /** The command that starts Node, with switches of its own. */
  node: readonly [string, ...string[]];
}

/** A program under way in a process of its own. */
export interface Runner {
  /** Resolves, and never rejects, with how the process ended, once its last lines are in. */
  exited: Promise<string>;
  /** Ends the process at once; harmless when it has ended. */
  kill: () => void;
}

export type OnLine = (stream: "stdout" | "stderr", line: string) => void;

/** Starts the program under the SDK's own launcher, the one the CLI starts. */
export function startRunner(settings: RunnerSettings, onLine: OnLine): Runner {
  const { workingDirectory, nodeArguments } = settings.project;
  const [node, ...ownSwitches] = settings.node;
  // The program's own copy of the SDK. This launcher is not a public interface, so the SDK's version is pinned.
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
    // Anything but 1, which would send one request at a time.
    ...["--parallel", "16"],
    ...(settings.preview ? ["--dry-run"] : []),
    // As the CLI names it: in a folder, the launcher finds the entry itself.
    main === workingDirectory ? "." : basename(main),
  ];
}

/** Loading the SDK and its packages is most of a run; with Node's compiled code at hand it takes two thirds of the time. */
function compileCache(launcher: string): string {
  return process.env.NODE_COMPILE_CACHE ?? resolve(launcher, "../../../../../.cache/node-compile");
}

function runnerEnvironment(project: Project): NodeJS.ProcessEnv {
  // Settings of a Pulumi that runs us must not reach the program that we run.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("PULUMI_") && name !== "TRACEPARENT",
  );
  return {
    ...Object.fromEntries(inherited),
    PULUMI_CONFIG: JSON.stringify(project.config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(project.secretKeys),
    // The launcher would else load ts-node, as it would for `runtime.options.typescript`, which defaults to true.
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
  // A process the program left behind may hold its output open for ever.
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
