import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { asError } from "../runtime/errors.ts";
import { readOutputs } from "./outputs.ts";

const runFolder = join(fileURLToPath(new URL("..", import.meta.url)), ".sluice");

try {
  const outputs = await readOutputs(runFolder);
  const [name] = process.argv.slice(2);
  const value = name === undefined ? JSON.stringify(outputs, undefined, 2) : outputs[name];
  if (value === undefined) throw new Error(`Expected an output of ${Object.keys(outputs).join(", ")}; came "${name}".`);
  console.log(value);
} catch (error) {
  console.error(asError(error).message);
  process.exitCode = 1;
}
