import { execFile } from "node:child_process";
import type { Finding } from "../verdict.ts";

export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end; undefined when the command does not exist. */
export type RunCommand = (command: string, args: string[]) => Promise<CommandResult | undefined>;

const patienceMilliseconds = 20_000;

/** Runs commands on the PATH of `environment`. Their standard input is closed, so that none waits for an answer. */
export function createRunCommand(options: { cwd: string; environment: NodeJS.ProcessEnv }): RunCommand {
  return (command, args) =>
    new Promise((resolve, reject) => {
      const child = execFile(
        command,
        args,
        { cwd: options.cwd, env: options.environment, timeout: patienceMilliseconds, maxBuffer: 16 * 1024 * 1024 },
        (error, stdout, stderr) => {
          if (!error) return resolve({ exitCode: 0, stdout, stderr });
          if (error.code === "ENOENT") return resolve(undefined);
          if (error.killed) {
            return resolve({ exitCode: 1, stdout, stderr: `no answer within ${patienceMilliseconds / 1000} s` });
          }
          if (typeof error.code === "number") return resolve({ exitCode: error.code, stdout, stderr });
          reject(error);
        },
      );
      child.stdin?.end();
    });
}

/** Returns a command's output, or a one-line reason for its failure. */
export function outputOf(command: string, result: CommandResult | undefined): Finding<string> {
  if (!result) return { unknown: `there is no ${command} command` };
  if (result.exitCode === 0) return { value: result.stdout.trim() };
  return { unknown: `${command}: ${firstLine(result.stderr) || `exit code ${result.exitCode}`}` };
}

const firstLine = (text: string): string => text.trim().split("\n")[0] ?? "";
