import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { AppError } from "../runtime/errors.ts";
import { readJobList } from "../workload/job-list.ts";
import { advise } from "./advise.ts";
import { createAsker } from "./ask.ts";
import { readFlags, usage } from "./flags.ts";
import { formatPage } from "./format-page.ts";

const page = fileURLToPath(new URL("../docs/choosing-compute.md", import.meta.url));

process.exitCode = await main().catch(reportFailure);
// The channel to the launcher would keep the process alive.
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2));
  if (flags.isHelp) {
    process.stdout.write(usage);
    return 0;
  }
  if (flags.writesPage) {
    await writeFile(page, formatPage());
    return 0;
  }
  const jobs = flags.jobsFile === undefined ? undefined : await readJobList(flags.jobsFile);
  const asker = process.stdin.isTTY && process.stdout.isTTY ? createAsker(process.stdin, process.stderr) : undefined;
  try {
    const advised = await advise({ ...flags, jobs, asker, tell: (text) => process.stderr.write(text) });
    if ("advice" in advised) process.stdout.write(advised.advice);
    else process.stderr.write(advised.question);
    return "advice" in advised ? 0 : 2;
  } finally {
    asker?.close();
  }
}

/** Errors that the user can correct are printed without a stack. */
function reportFailure(error: unknown): number {
  if (!(error instanceof AppError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return 2;
}
