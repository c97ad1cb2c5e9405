import { parseArgs } from "node:util";
import { AppError, asError } from "../../runtime/errors.ts";

export const usage = `Tells what the controller sees, wants and does: of the Pulumi stack, else of the stack on this machine.

  npm run scaler -- status     what it saw and decided last, and what moved the service lately; exit code 1 if it is silent
  npm run scaler -- explain    its last decisions, each decided again from what it saw then

  --last N         so many decisions (10)
  --folder PATH    the stack on this machine that has its files there
  --json           as JSON
`;

export interface Flags {
  command: "status" | "explain" | "help";
  last: number;
  folder: string | undefined;
  isJson: boolean;
}

/**
 * Reads the command line.
 * @throws AppError `flags` with everything that is wrong with it
 */
export function readFlags(args: string[]): Flags {
  const { values, positionals } = parse(args);
  const [command = "help", ...others] = values.help ? ["help"] : positionals;
  const last = Number(values.last);
  const problems = [
    ...(isCommand(command) ? [] : [`expected status or explain; came "${command}"`]),
    ...others.map((other) => `expected one command; came "${other}" as well`),
    ...(Number.isInteger(last) && last >= 1 && last <= 360
      ? []
      : [`--last expects a whole number from 1 to 360; came "${values.last}"`]),
  ];
  if (problems.length > 0 || !isCommand(command)) throw refuse(problems);
  return { command, last, folder: values.folder, isJson: values.json };
}

function isCommand(text: string): text is Flags["command"] {
  return text === "status" || text === "explain" || text === "help";
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        last: { type: "string", default: "10" },
        folder: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw refuse([asError(error).message], error);
  }
}

function refuse(problems: string[], cause?: unknown): AppError {
  const lines = problems.map((problem) => `  - ${problem}`).join("\n");
  const message = `The command line is not usable (npm run scaler -- --help explains it):\n${lines}`;
  return new AppError("flags", message, { cause });
}
