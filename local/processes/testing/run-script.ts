import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Script {
  process: ChildProcess;
  pid: number;
  /** The next line of its output. */
  nextLine(): Promise<string>;
  exited: Promise<unknown>;
}

/** Runs a script of this folder as a process of its own. */
export function runScript(name: string, ...args: string[]): Script {
  const child = spawn(process.execPath, [fileURLToPath(new URL(name, import.meta.url)), ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    pid: child.pid ?? 0,
    async nextLine() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`expected another line of ${name}; it has ended`);
      return value;
    },
    exited,
  };
}
