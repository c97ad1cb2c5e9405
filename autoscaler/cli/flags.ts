import { formatHelp, number, text, toggle } from "../../report/flag-kinds.ts";
import { readCommandLine } from "../../report/flags.ts";

const flags = {
  last: number("N", "number of decisions or actions to show", { least: 1, most: 360, isWhole: true }, 10),
  folder: text("PATH", "use the stack on this machine whose files are in PATH", undefined),
  json: toggle("print JSON"),
};

export const usage = formatHelp(
  `Shows what the controller measured, decided and changed, in the Pulumi stack if there is one, else in the stack on this machine.

  npm run scaler -- status     last decision and recent scaling actions; exit code 1 if the controller has been silent for three ticks
  npm run scaler -- explain    recent decisions, each computed again from its stored inputs`,
  flags,
);

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
  const line = { command: "npm run scaler --", flags, args, hasRest: true };
  const { isHelp, ...read } = readCommandLine(line, ({ values, rest, refuse }) => {
    const [command = "help", ...others] = rest;
    if (!isCommand(command)) refuse(`expected status or explain; came "${command}"`);
    for (const other of others) refuse(`expected one command; came "${other}" as well`);
    return {
      command: isCommand(command) ? command : "help",
      last: values.last,
      folder: values.folder,
      isJson: values.json,
    } as const;
  });
  return isHelp ? { ...read, command: "help" } : read;
}

function isCommand(given: string): given is Flags["command"] {
  return given === "status" || given === "explain" || given === "help";
}
