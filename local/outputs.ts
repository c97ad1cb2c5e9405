import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../runtime/errors.ts";
import { isOwned } from "./processes/owner-record.ts";

const fileName = "outputs.json";

/**
 * Writes the stack's outputs, which also tells other tools that it is ready. The file appears complete or not at all.
 */
export function writeOutputs(runFolder: string, outputs: Record<string, string>): void {
  const path = join(runFolder, fileName);
  writeFileSync(`${path}.new`, `${JSON.stringify(outputs, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}

export function removeOutputs(runFolder: string): void {
  rmSync(join(runFolder, fileName), { force: true });
}

/**
 * Reads the outputs of the running stack. A killed cloud leaves its file behind, so the owner is checked as well.
 * @throws AppError `not-running`
 */
export async function readOutputs(runFolder: string): Promise<Record<string, string>> {
  try {
    if (!(await isOwned(runFolder))) throw new Error(`no living process owns ${runFolder}`);
    return JSON.parse(readFileSync(join(runFolder, fileName), "utf8")) as Record<string, string>;
  } catch (error) {
    throw new AppError("not-running", "No stack runs on this machine. Start one with npm start.", { cause: error });
  }
}
