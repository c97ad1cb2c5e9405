import { parseArgs } from "node:util";
import { AppError, asError } from "../../runtime/errors.ts";

export const usage = `Shows what the controller measured, decided and changed, in the Pulumi stack if there is one, else in the stack on this machine.

  npm run scaler -- status     last decision and recent scaling actions; exit code 1 if the controller has been silent for three ticks
  npm run scaler -- explain    recent decisions, each computed again from its stored inputs

  --last N         number of decisions or actions to show (default 10, at most 360)
  --folder PATH    use the stack on this machine whose files are in PATH
  --json           print JSON
`;

export interface Flags {
  command: "status" | "explain" | "help";
  last: number;
  folder: string | undefined;
  isJson: boolean;
}

/**
 * Parses the command line.
 * @throws AppError `flags` that lists every problem
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
  const message = `Cannot read the command line (see npm run scaler -- --help):\n${lines}`;
  return new AppError("flags", message, { cause });
}
