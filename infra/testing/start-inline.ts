import { createRequire } from "node:module";
import type { Runner, RunnerSettings } from "../../engine/runner.ts";

const require = createRequire(import.meta.url);

/**
 * Runs the program in this process, as the SDK's Automation API runs an inline program. Each run evaluates index.ts again; Node, the SDK
 * and all other modules are loaded once, which takes four fifths of a run in its own process.
 */
export function startInline(settings: RunnerSettings): Runner {
  const killed = Promise.withResolvers<string>();
  const ended = last.then(() => {
    Error.stackTraceLimit = 0;
    return runInline(settings);
  });
  const exited = Promise.race([ended, killed.promise]).finally(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
  last = exited;
  return { exited, kill: () => killed.resolve("was stopped") };
}

/** The SDK keeps the stack of a program in a global variable: programs run one after the other. */
let last: Promise<unknown> = Promise.resolve();

/** It is 0 during a run, because the SDK collects the stack of each promise it makes, which takes half of a run. */
const { stackTraceLimit } = Error;

async function runInline({ project, stack, preview, address }: RunnerSettings): Promise<string> {
  // The engine's address is left out: the SDK would send it hundreds of debug messages.
  const request = new RunRequest();
  request.setMonitorAddress(address);
  request.setProject(project.name);
  request.setStack(stack);
  request.setOrganization("organization");
  request.setParallel(16);
  request.setDryrun(preview);
  for (const [key, value] of Object.entries(project.config)) request.getConfigMap().set(key, value);
  request.setConfigsecretkeysList(project.secretKeys);

  let failure: Error | undefined;
  await new LanguageServer(evaluateProgram).run({ request }, (error) => {
    failure ??= error;
  });
  return failure ? `failed: ${failure.message}` : "ended with code 0";
}

let evaluations = 0;

/** Returns the program's exports. The SDK would warn of each that is undefined. */
async function evaluateProgram(): Promise<object> {
  evaluations += 1;
  const exports = await import(/* @vite-ignore */ `../index.ts?evaluation=${evaluations}`);
  return Object.fromEntries(Object.entries(exports).filter(([, value]) => value !== undefined));
}

/** The SDK has no types for these. */
const { LanguageServer } = require("@pulumi/pulumi/automation/server.js") as {
  LanguageServer: new (
    program: () => Promise<object>,
  ) => { run(call: { request: RunRequest }, callback: (error?: Error) => void): Promise<void> };
};
const { RunRequest } = require("@pulumi/pulumi/proto/language_pb.js") as { RunRequest: new () => RunRequest };

interface RunRequest {
  setMonitorAddress(address: string): void;
  setProject(name: string): void;
  setStack(name: string): void;
  setOrganization(name: string): void;
  setParallel(requests: number): void;
  setDryrun(preview: boolean): void;
  getConfigMap(): { set(key: string, value: string): void };
  setConfigsecretkeysList(keys: string[]): void;
}
