import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** Runs the command without a terminal. */
function run(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const { promise, resolve } = Promise.withResolvers<{ code: number; output: string; errors: string }>();
  const child = execFile(process.execPath, [main, ...args], (error, output, errors) =>
    resolve({ code: typeof error?.code === "number" ? error.code : 0, output, errors }),
  );
  child.stdin?.end();
  return promise;
}

it("ends with 0 and the advice on standard output", async () => {
  const { code, output, errors } = await run("--needs", "gpu", "--manage-instances", "yes");

  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  expect(output).toMatch(/^EC2 instances with GPUs/);
});

it.each([
  [["--work", "job"], "An answer is missing"],
  [["--needs", "none,gpu"], "contradict each other"],
  [["--work", "play"], "--work expects one of"],
  [["--jobs", "/nowhere.csv"], "Expected to read /nowhere.csv"],
])("ends with 2 for %j, and the reason on standard error", async (args, reason) => {
  const { code, output, errors } = await run(...args);

  expect({ code, output }).toEqual({ code: 2, output: "" });
  expect(errors).toContain(reason);
});
