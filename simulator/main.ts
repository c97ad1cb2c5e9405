import { AppError } from "../runtime/errors.ts";
import { readFlags, usage } from "./flags.ts";
import { simulate } from "./simulate.ts";

process.exitCode = await main().catch(reportFailure);
// The channel to the launcher would keep the process alive.
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2));
  if (flags.isHelp) process.stdout.write(usage);
  else await simulate(flags, process.stdout, process.stderr);
  return 0;
}

/** Errors that the user can correct are printed without a stack. */
function reportFailure(error: unknown): number {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  return 2;
}
