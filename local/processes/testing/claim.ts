/** Claims a folder on input, prints the outcome, and keeps the folder until its input ends. */
import { once } from "node:events";
import { AppError } from "../../../runtime/errors.ts";
import { claimRunFolder } from "../run-folder.ts";

process.stdout.write("ready\n");
await once(process.stdin, "data");
try {
  const runFolder = await claimRunFolder(process.argv[2] ?? "");
  process.stdout.write(`won ${process.pid}\n`);
  await once(process.stdin.resume(), "end");
  await runFolder.release();
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  process.stdout.write(`${error.code} ${String(error.details.pid)}\n`);
}
