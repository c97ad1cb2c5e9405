import { formatHelp, number, text, toggle } from "../report/flag-kinds.ts";
import { readCommandLine } from "../report/flags.ts";

const commands = ["doctor", "preview", "up", "destroy", "costs", "pulumi"] as const;

export type Command = (typeof commands)[number];

/** Minutes until a new worker must run. */
const rolloutMinutes = 15;

const flags = {
  stack: { ...text("NAME", "the stack to use instead of the selected one", undefined), short: "s" },
  "no-doctor": toggle("skips the doctor"),
  "rollout-minutes": number(
    "N",
    "(up) minutes until a new worker must run",
    { least: 0.01, most: 1_440 },
    rolloutMinutes,
  ),
};
const doctorFlags = { ...flags, json: toggle("(doctor) prints the verdicts as JSON") };

export const usage = formatHelp(
  `Runs Sluice on AWS. docs/deploy.md describes each step.

  npm run doctor            checks what a deployment needs; changes nothing
  npm run preview           the doctor, then \`pulumi preview\`
  npm run up                the doctor, then \`pulumi up\`, then watches the new workers start
  npm run destroy           the doctor, then \`pulumi destroy\`
  npm run costs             what the stack's configuration costs in a month
  npm run pulumi            \`pulumi\` itself, with the arguments after \`--\`

All but doctor and costs download the Pulumi CLI once if the PATH has none.

Flags go after \`--\`. preview, up and destroy pass any other flag to Pulumi, such as --yes:`,
  doctorFlags,
);

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
 * Reads the command line. Unknown flags of preview, up and destroy are for Pulumi.
 * @throws AppError `flags`, which lists every problem
 */
export function readFlags([command = "", ...args]: string[]): Flags {
  if (command === "pulumi") return { ...forPulumi, pulumiArgs: args };
  const isOurs = command === "doctor" || command === "costs";
  const line = {
    command: "npm run doctor --",
    flags: (command === "doctor" ? doctorFlags : flags) as typeof flags & Partial<typeof doctorFlags>,
    args: command === "--help" ? [command] : args,
    hasRest: !isOurs,
  };
  return readCommandLine(line, ({ values, rest, refuse }) => {
    const known = commands.find((one) => one === command);
    if (known === undefined) refuse(`expected one of ${commands.join(", ")}; came "${command}"`);
    return {
      command: known ?? "doctor",
      // The other commands pass --json to Pulumi.
      isJson: "json" in values && values.json === true,
      hasDoctor: !values["no-doctor"],
      stack: values.stack,
      rolloutMinutes: values["rollout-minutes"],
      pulumiArgs: rest,
    };
  });
}

const forPulumi = {
  command: "pulumi",
  isHelp: false,
  isJson: false,
  hasDoctor: false,
  stack: undefined,
  rolloutMinutes,
} as const;
