import { AppError } from "../../runtime/errors.ts";
import { bench } from "./bench.ts";
import { readBenchFlags, usage } from "./flags.ts";

process.exitCode = await main().catch(reportFailure);
// The channel to the launcher would keep the process alive.
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  const flags = readBenchFlags(process.argv.slice(2));
  if (flags.isHelp) {
    process.stdout.write(usage);
    return 0;
  }
  return (await bench(flags, process.stdout, process.stderr)) ? 0 : 1;
}

/** Errors that the user can correct are printed without a stack. */
function reportFailure(error: unknown): number {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  return 2;
}
