import { AppError } from "../runtime/errors.ts";

export const usage = `Runs Sluice on AWS. docs/deploy.md goes through it step by step.

  npm run doctor            checks what a deployment needs; changes nothing
  npm run preview           the doctor, then \`pulumi preview\`
  npm run up                the doctor, then \`pulumi up\`, then watches the new workers start
  npm run destroy           the doctor, then \`pulumi destroy\`
  npm run costs             what the stack's configuration costs in a month
  npm run pulumi            \`pulumi\` itself, with the arguments after \`--\`

All but the doctor and costs download the Pulumi CLI, once, where the PATH has none.

After \`--\`:
  --stack NAME              this stack instead of the selected one
  --json                    (doctor) prints the verdicts as JSON
  --no-doctor               goes to Pulumi at once
  --rollout-minutes N       (up) how long a new worker may take until it runs; 15
  anything else             is handed to Pulumi, such as --yes
`;

const commands = ["doctor", "preview", "up", "destroy", "costs", "pulumi"] as const;

export type Command = (typeof commands)[number];

export interface Flags {
  command: Command;
  isHelp: boolean;
  isJson: boolean;
  hasDoctor: boolean;
  stack: string | undefined;
  rolloutMinutes: number;
  pulumiArgs: string[];
}

/**
 * Reads the command line; what is not ours is Pulumi's.
 * @throws AppError `flags` with everything that is wrong with it
 */
export function readFlags([command = "", ...args]: string[]): Flags {
  const flags: Flags = {
    command: command as Command,
    isHelp: command === "--help",
    isJson: false,
    hasDoctor: true,
    stack: undefined,
    rolloutMinutes: 15,
    pulumiArgs: [],
  };
  if (command === "pulumi") return { ...flags, pulumiArgs: args };
  const problems: string[] = [];
  if (!flags.isHelp && !commands.includes(flags.command)) {
    problems.push(`expected one of ${commands.join(", ")}; came "${command}"`);
  }
  while (args.length > 0) {
    const [name = "", inline] = splitOnce(args.shift() ?? "");
    const value = () => inline ?? args.shift() ?? "";
    if (name === "--help" || name === "-h") flags.isHelp = true;
    else if (name === "--json" && flags.command === "doctor") flags.isJson = true;
    else if (name === "--no-doctor") flags.hasDoctor = false;
    else if (name === "--stack" || name === "-s") flags.stack = value();
    else if (name === "--rollout-minutes") flags.rolloutMinutes = Number(value() || Number.NaN);
    else flags.pulumiArgs.push(inline === undefined ? name : `${name}=${inline}`);
  }
  if (flags.stack === "" || flags.stack?.startsWith("-")) problems.push("--stack expects the name of a stack");
  if (!(flags.rolloutMinutes > 0 && flags.rolloutMinutes <= 1440)) {
    problems.push("--rollout-minutes expects a number above 0 and up to 1440");
  }
  if ((flags.command === "doctor" || flags.command === "costs") && flags.pulumiArgs.length > 0) {
    problems.push(`${flags.command} does not know ${flags.pulumiArgs.join(" ")}`);
  }
  if (problems.length === 0) return flags;
  throw new AppError(
    "flags",
    `The command line is not usable (npm run doctor -- --help explains it):\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
  );
}

/** Splits --name=value; everything else stays whole. */
function splitOnce(arg: string): [string, string?] {
  const place = arg.startsWith("--") ? arg.indexOf("=") : -1;
  return place < 0 ? [arg] : [arg.slice(0, place), arg.slice(place + 1)];
}
