import { fileURLToPath } from "node:url";
import { systemClock } from "../../../runtime/clock.ts";
import type { Processes } from "../../processes/processes.ts";
import { type FunctionOptions, RunningFunction } from "../function.ts";

/** A function with the handlers of testing/code, and its output. */
export function startFunctionUnderTest(
  processes: Processes,
  options: Partial<FunctionOptions> = {},
): RunningFunction & { lines: string[] } {
  const lines: string[] = [];
  const running = new RunningFunction({
    name: "greeter",
    directory: fileURLToPath(new URL("./code", import.meta.url)),
    handler: "index.handler",
    environment: () => ({ AWS_REGION: "eu-central-1" }),
    timeoutSeconds: 3,
    memoryMegabytes: 256,
    maxEnvironments: 2,
    startAtOnce: 2,
    clock: systemClock,
    processes,
    onLine: (line) => void lines.push(line),
    ...options,
  });
  return Object.assign(running, { lines });
}
